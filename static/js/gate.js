/* The list of a departure, quicker and without a network: a code is kept first and then sent, so that nothing in between loses it;
   where nobody answers the phone judges it by the list it holds. With a camera that reads codes, they can be scanned.
   Without this file the box sends its form. With outbox.js and scans.js before it; every word stands in the page. */
(function () {
  'use strict';
  var doc = document, Scans = window.Scans, form = doc.getElementById('code'), gate = doc.getElementById('gate');
  if (!Scans || !form || !gate || !window.indexedDB || !window.fetch || !window.Promise) return;
  var list = JSON.parse(doc.getElementById('gate-list').textContent), input = form.elements.code;
  var said = doc.getElementById('gate-said'), left = doc.getElementById('gate-left'), last = '';

  function words(name) { return gate.getAttribute('data-' + name) || ''; }
  function show(kind, text) {
    said.className = 'notice ' + kind;
    said.querySelector('p').textContent = text;
    said.hidden = false;
  }
  function fresh() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (one) { return (one + 256).toString(16).slice(1); }).join('');
  }

  // How many scans wait on this phone.
  function count() {
    return Scans.all().then(function (items) {
      var number = Scans.waiting(items).filter(function (scan) { return scan.ref === list.ref; }).length;
      left.hidden = !number;
      left.querySelector('p').textContent = words('left') + ' ' + number;
      return items;
    });
  }

  // Take over what the server says of everybody.
  function refresh(answer) {
    doc.getElementById('gate-here').textContent = answer.here;
    answer.parties.forEach(function (party) {
      var tag = doc.querySelector('[data-party="' + party.booking_ref + '"] .tag');
      if (!tag) return;
      tag.className = 'tag ' + party.kind;
      tag.lastChild.textContent = party.words;
    });
    list = answer.list;
  }
  function tell(one) { show(one.outcome === 'accepted' ? 'ok' : 'bad', one.words); }

  function hash(code) {
    if (!window.crypto || !crypto.subtle) return Promise.resolve('');
    return crypto.subtle.digest('SHA-256', new TextEncoder().encode(list.ref + ':' + code)).then(function (bytes) {
      return Array.prototype.map.call(new Uint8Array(bytes).slice(0, 4), function (one) {
        return (one + 256).toString(16).slice(1);
      }).join('').slice(0, 6);
    });
  }

  // Judge a code by the list on the phone and by whom this phone has let in; the server has the last word.
  function judge(scan) {
    return Promise.all([hash(scan.code), Scans.all()]).then(function (found) {
      var party = null, people = 0, before = 0;
      if (!found[0]) { show('wait', words('kept')); return; }
      list.parties.forEach(function (each) {
        each.codes.forEach(function (code) { if (code[0] === found[0]) { party = each; people = code[1]; } });
      });
      if (!party) { show('bad', words('unknown')); return; }
      found[1].forEach(function (other) {
        if (other.key === scan.key || other.ref !== list.ref || other.party !== party.who || other.outcome) return;
        before += other.guess || 0;
      });
      scan.party = party.who;
      scan.guess = Math.max(0, Math.min(people, party.people - party.arrived - before));
      return Scans.keep(scan).then(function () {
        if (scan.guess) show('ok', party.who + ' · ' + words('welcome') + ' ' + scan.guess + ' · ' + words('kept'));
        else show('bad', party.who + ' · ' + words('duplicate'));
      });
    });
  }

  // Show a scan that let nobody in, for it wants somebody's eye; else what the server says of the scan made last.
  function take(answer) {
    var bad = answer.results.filter(function (one) { return one.outcome !== 'accepted'; });
    var mine = answer.results.filter(function (one) { return one.nonce === last; });
    refresh(answer);
    bad.concat(bad.length ? [] : mine).slice(-1).forEach(tell);
  }
  function send(scan) {
    return Scans.flush().then(function (answers) {
      if (answers[list.ref]) take(answers[list.ref]);
      return null;
    }, function (error) {
      if (error.signedOut) show('wait', words('sign-in'));
      else if (scan) return judge(scan);
      return null;
    }).then(count).catch(function () { /* a private window may refuse; the next try says more */ });
  }

  function enter(code) {
    var scan = { key: fresh(), ref: list.ref, code: code, at: new Date().toISOString(), isOffline: navigator.onLine === false };
    last = scan.key;
    return Scans.keep(scan).then(function () {
      if (navigator.serviceWorker) navigator.serviceWorker.ready.then(function (worker) {
        if (worker.sync) return worker.sync.register('scans');
      }).catch(function () { /* not everywhere: the page sends by itself */ });
      return send(scan);
    });
  }
  form.addEventListener('submit', function (event) {
    var code = Scans.normalised(input.value);
    if (!code || form.hasAttribute('data-plain')) return;
    event.preventDefault();
    event.stopPropagation();
    input.value = '';
    enter(code).then(function () { input.focus(); }, function () {
      // nothing can be kept here: the form goes as it would without this file
      form.setAttribute('data-plain', '');
      input.value = code;
      form.submit();
    });
  }, true);

  // The camera, where the browser reads codes by itself.
  var start = doc.getElementById('gate-scan'), video = doc.getElementById('gate-video'), stream = null;
  function codeIn(text) {
    var found = /(?:^|[^0-9A-Za-z])([0-9A-Za-z]{6})[^0-9A-Za-z]*$/.exec(text);
    return found ? Scans.normalised(found[1]) : '';
  }
  function stop() {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    video.hidden = true;
    video.srcObject = null;
    start.lastChild.textContent = start.getAttribute('data-start');
  }
  function watch(detector) {
    if (!stream) return;
    detector.detect(video).then(function (codes) {
      var code = codes.map(function (one) { return codeIn(one.rawValue); }).filter(Boolean)[0];
      if (code) { stop(); enter(code); return; }
      setTimeout(function () { watch(detector); }, 250);
    }, function () { setTimeout(function () { watch(detector); }, 500); });
  }
  if (start && window.BarcodeDetector && navigator.mediaDevices) {
    start.hidden = false;
    start.addEventListener('click', function () {
      if (stream) { stop(); return; }
      navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(function (given) {
        stream = given;
        video.srcObject = given;
        video.hidden = false;
        start.lastChild.textContent = start.getAttribute('data-stop');
        return video.play();
      }).then(function () { watch(new window.BarcodeDetector({ formats: ['qr_code'] })); }, function () {
        stop();
        show('wait', words('no-camera'));
        input.focus();
      });
    });
    doc.addEventListener('visibilitychange', function () { if (doc.hidden && stream) stop(); });
  }

  // Signing out takes everything off the phone; what is not sent yet is asked about once.
  Array.prototype.forEach.call(doc.querySelectorAll('form[action^="/sign-out"]'), function (leave) {
    leave.addEventListener('submit', function (event) {
      event.preventDefault();
      event.stopPropagation();
      Scans.all().then(Scans.waiting, function () { return []; }).then(function (items) {
        if (items.length && !leave.hasAttribute('data-sure')) {
          leave.setAttribute('data-sure', '');
          show('wait', words('leave'));
          said.scrollIntoView();
        } else leave.submit();
      });
    }, true);
  });

  if (navigator.serviceWorker) {
    navigator.serviceWorker.register('/desk/sw.js').catch(function () { /* an old browser */ });
    // the worker may have been quicker than this page
    navigator.serviceWorker.addEventListener('message', function (event) {
      var answer = event.data && event.data.scans && event.data.scans[list.ref];
      if (answer) { take(answer); count(); }
    });
  }
  window.addEventListener('online', function () { send(null); });
  doc.addEventListener('visibilitychange', function () { if (!doc.hidden) send(null); });
  setInterval(function () { send(null); }, 60000);
  send(null);
})();
