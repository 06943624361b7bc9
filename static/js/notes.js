/* Visits written down at a home without reception, kept on this phone until the server has them. With outbox.js before it; used by the
   pages of visits (visits.js) and by the desk's worker (sw.js), so it knows no page.
   A note carries the key that makes it one visit however often it is delivered, and is taken out only when the server says that it
   stands. Beside the notes lie the homes taken along: reference and masked name alone, forgotten after three days. */
(function (root) {
  'use strict';
  var notes = root.Outbox.shelf('lotusfair-visits', 'notes'), homes = root.Outbox.shelf('lotusfair-homes', 'homes');
  var LONGEST = 120000, DAYS_KEPT = 3;

  function waiting(items) { return items.filter(function (note) { return !note.problem; }); }

  // Take homes along, and forget those of days gone by.
  function take(those) {
    var now = Date.now();
    return homes.all().then(function (held) {
      var old = held.filter(function (home) { return now - home.at > DAYS_KEPT * 86400000; });
      return Promise.all(old.map(function (home) { return homes.remove(home.key); })
        .concat(those.map(function (home, place) {
          return homes.keep({ key: home.ref, name: home.name, place: place, at: now });
        })));
    }).then(homes.all).then(function (held) {
      return held.sort(function (one, other) { return one.place - other.place; });
    });
  }

  function ticket() {
    return root.Outbox.ask('/desk/visits/ticket', {}, LONGEST).then(function (answer) {
      if (answer.redirected || answer.status === 403) { var no = new Error('signed out'); no.signedOut = true; throw no; }
      if (!answer.ok) throw new Error('busy');
      return answer.json();
    }).then(function (held) { return held.csrf_token; });
  }

  // Deliver one note. What is refused for good stays on the phone with the server's words; all else is tried again later.
  function send(note, token) {
    var form = new FormData();
    form.append('csrf_token', token);
    Object.keys(note.fields).forEach(function (name) { form.append(name, note.fields[name]); });
    note.photos.forEach(function (photo) { form.append('photos', new Blob([photo.bytes], { type: photo.type }), photo.name); });
    return root.Outbox.ask('/desk/visits/send', { method: 'POST', body: form }, LONGEST).then(function (answer) {
      if (answer.status === 200 || answer.status === 201) return notes.remove(note.key);
      if (answer.status !== 404 && answer.status !== 413 && answer.status !== 422) throw new Error('later');
      return (answer.status === 422 ? answer.json() : Promise.resolve({ words: '' })).then(function (said) {
        note.problem = said.words || ' ';
        return notes.keep(note);
      });
    });
  }

  // Send what waits, one after the other and one sender at a time.
  function flush() {
    function work() {
      return notes.all().then(function (items) {
        var left = waiting(items);
        if (!left.length) return null;
        return ticket().then(function (token) {
          return left.reduce(function (before, note) {
            return before.then(function () { return send(note, token); });
          }, Promise.resolve());
        });
      });
    }
    return root.navigator.locks ? root.navigator.locks.request('lotusfair-notes', work) : work();
  }

  root.Notes = {
    keep: notes.keep, all: notes.all, remove: notes.remove, waiting: waiting, flush: flush, take: take,
    clear: function () { return Promise.all([notes.clear(), homes.clear()]); }
  };
})(self);
