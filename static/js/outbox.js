/* What waits on this phone until there is a network. Used by the desk's pages (keep.js) and by its worker (sw.js), so it knows no page.
   A listing stands in IndexedDB under the key that makes it one offer however often it is delivered; it is taken out only when the
   server has answered that it stands. Photographs are kept as bytes: some browsers lose blobs. */
(function (root) {
  'use strict';
  var LONGEST = 120000;

  // A store of one kind of thing in a database of its own, each under its `key`. Every promise holds once it is on disk, not before.
  function shelf(name, kind) {
    function open() {
      return new Promise(function (done, fail) {
        var asked = indexedDB.open(name, 1);
        asked.onupgradeneeded = function () { asked.result.createObjectStore(kind, { keyPath: 'key' }); };
        asked.onsuccess = function () { done(asked.result); };
        asked.onerror = function () { fail(asked.error); };
      });
    }
    function run(mode, verb) {
      return open().then(function (db) {
        return new Promise(function (done, fail) {
          var held = db.transaction(kind, mode), asked = verb(held.objectStore(kind));
          held.oncomplete = function () { db.close(); done(asked.result); };
          held.onerror = held.onabort = function () { db.close(); fail(held.error); };
        });
      });
    }
    return {
      keep: function (item) { return run('readwrite', function (store) { return store.put(item); }); },
      all: function () { return run('readonly', function (store) { return store.getAll(); }); },
      remove: function (key) { return run('readwrite', function (store) { return store.delete(key); }); },
      clear: function () { return run('readwrite', function (store) { return store.clear(); }); }
    };
  }
  var listings = shelf('lotusfair-desk', 'listings'), keep = listings.keep, all = listings.all, remove = listings.remove;

  function ask(address, options, most) {
    var stop = typeof AbortController === 'function' ? new AbortController() : null, timer;
    options.credentials = 'same-origin';
    options.cache = 'no-store';
    options.headers = Object.assign({ Accept: 'application/json' }, options.headers);
    if (stop) {
      options.signal = stop.signal;
      timer = setTimeout(function () { stop.abort(); }, most);
    }
    return fetch(address, options).then(function (answer) { clearTimeout(timer); return answer; },
      function (error) { clearTimeout(timer); throw error; });
  }

  // Return the token for sending; fails where nobody answers, and with signedOut where the answer is the way to sign in.
  function ticket(most) {
    return ask('/desk/offers/ticket', {}, most || LONGEST).then(function (answer) {
      if (answer.redirected || answer.status === 403) { var no = new Error('signed out'); no.signedOut = true; throw no; }
      if (!answer.ok) throw new Error('busy');
      return answer.json();
    }).then(function (held) { return held.csrf_token; });
  }

  // Deliver one listing. The promise gives the server's answer, {url} or {words}, or fails where it is to be tried again later.
  function send(item, token) {
    var form = new FormData();
    form.append('csrf_token', token);
    Object.keys(item.fields).forEach(function (name) { form.append(name, item.fields[name]); });
    item.photos.forEach(function (photo) { form.append('photos', new Blob([photo.bytes], { type: photo.type }), photo.name); });
    return ask('/desk/offers/at-once', { method: 'POST', body: form }, LONGEST).then(function (answer) {
      if (answer.status === 200 || answer.status === 201) {
        return answer.json().then(function (said) { return remove(item.key).then(function () { return said; }); });
      }
      if (answer.status === 404 || answer.status === 413 || answer.status === 422) {
        return (answer.status === 422 ? answer.json() : Promise.resolve({ words: '' })).then(function (said) {
          item.problem = said.words || ' ';
          item.isQuestion = !!said.is_question;
          return keep(item).then(function () { return said; });
        });
      }
      throw new Error('later');
    });
  }

  function waiting(items) { return items.filter(function (item) { return !item.half && !item.problem; }); }

  // Send what waits, one after the other and one sender at a time; returns key -> the server's answer.
  function flush(tell) {
    var said = {};
    function work() {
      return all().then(function (items) {
        var left = waiting(items);
        if (!left.length) return said;
        return ticket().then(function (token) {
          return left.reduce(function (before, item) {
            return before.then(function () {
              if (tell) tell(item.key);
              return send(item, token).then(function (answer) { said[item.key] = answer; });
            });
          }, Promise.resolve()).then(function () { return said; });
        });
      });
    }
    return root.navigator.locks ? root.navigator.locks.request('lotusfair-outbox', work) : work();
  }

  root.Outbox = { keep: keep, all: all, remove: remove, clear: listings.clear, ticket: ticket, flush: flush, shelf: shelf, ask: ask };
})(self);
