/* Codes scanned at the gate, kept on this phone until the server has them. With outbox.js before it; used by the page of a departure
   (gate.js), by the desk's pages (keep.js) and by their worker (sw.js), so it knows no page.
   Each scan carries a nonce: uploaded twice it counts once. What was uploaded stays for a while, so that a phone without a network
   knows whom it has let in already. No code of anybody who has not come is ever on the phone: the kept list holds short hashes. */
(function (root) {
  'use strict';
  var box = root.Outbox.shelf('lotusfair-gate', 'scans'), LONGEST = 30000, DAYS_KEPT = 3;

  function waiting(items) { return items.filter(function (scan) { return !scan.outcome; }); }

  // What codes and hashes are compared as: capitals, and letters that are misread as digits put right, as the server does.
  function normalised(code) {
    return code.trim().toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  }

  // Upload the scans of one departure; returns the server's answer, and keeps beside each scan what it turned out to be.
  function upload(ref, scans) {
    var address = '/desk/departures/' + encodeURIComponent(ref) + '/';
    return root.Outbox.ask(address + 'list', {}, LONGEST).then(function (answer) {
      if (answer.redirected || answer.status === 403) { var no = new Error('signed out'); no.signedOut = true; throw no; }
      if (answer.status === 404) { var gone = new Error('gone'); gone.isGone = true; throw gone; }
      if (!answer.ok) throw new Error('later');
      return answer.json();
    }).then(function (list) {
      return root.Outbox.ask(address + 'scans', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': list.csrf_token },
        body: JSON.stringify({ scans: scans.map(function (scan) {
          return { nonce: scan.key, code: scan.code, device_at: scan.at, is_offline: scan.isOffline };
        }) })
      }, LONGEST);
    }).then(function (answer) {
      if (!answer.ok) throw new Error('later');
      return answer.json();
    }).then(function (said) {
      var byNonce = {};
      said.results.forEach(function (one) { byNonce[one.nonce] = one; });
      return Promise.all(scans.map(function (scan) {
        var one = byNonce[scan.key];
        if (!one) return null;
        scan.outcome = one.outcome;
        scan.people = one.people;
        return box.keep(scan);
      })).then(function () { return said; });
    });
  }

  // Forget what was uploaded long ago.
  function tidy(items) {
    var before = Date.now() - DAYS_KEPT * 86400000;
    return Promise.all(items.filter(function (scan) { return scan.outcome && Date.parse(scan.at) < before; })
      .map(function (scan) { return box.remove(scan.key); }));
  }

  // Upload all that waits, departure by departure, one sender at a time; returns {departure: the server's answer}.
  function flush() {
    var said = {};
    function work() {
      return box.all().then(function (items) {
        var byRef = {};
        waiting(items).forEach(function (scan) { (byRef[scan.ref] = byRef[scan.ref] || []).push(scan); });
        return tidy(items).then(function () {
          return Object.keys(byRef).reduce(function (before, ref) {
            return before.then(function () {
              var scans = byRef[ref].slice(0, 100);
              return upload(ref, scans).then(function (answer) { said[ref] = answer; }, function (error) {
                // the departure is no longer this person's: others go on, and these are not asked about again
                if (!error.isGone) throw error;
                return Promise.all(scans.map(function (scan) { scan.outcome = 'gone'; return box.keep(scan); }));
              });
            });
          }, Promise.resolve());
        }).then(function () { return said; });
      });
    }
    return root.navigator.locks ? root.navigator.locks.request('lotusfair-scans', work) : work();
  }

  root.Scans = { keep: box.keep, all: box.all, flush: flush, waiting: waiting, normalised: normalised };
})(self);
