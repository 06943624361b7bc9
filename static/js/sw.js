/* The desk without reception. The server puts `self.DESK` before this file: {version, files, page, note, outbox, scans, notes}.
   Kept: the stylesheet, scripts and drawings of the listing page, and that one page; and the list of a departure that the person has
   opened, for three days, because its codes are read where there is no reception (it holds masked names and short hashes of codes);
   and the empty form of a visit, which names no household: whom it is about stands in the phone's own store (notes.js).
   Never kept: any other page, of the desk or of officials, and no photograph of anybody's. It answers for the desk alone, takes
   nothing over from an older worker while a page of it is open, and forgets both when the person has signed out. */
/* global DESK, Outbox, Scans, Notes */
'use strict';
importScripts(DESK.outbox, DESK.scans, DESK.notes);
var FILES = 'desk-files-' + DESK.version, PAGES = 'desk-pages', LISTS = 'desk-lists', FORMS = 'desk-forms', PATIENCE = 3000;
var VISITS = ['/desk/visits', DESK.note];
var LISTING = ['/desk/offers/new', DESK.page], A_LIST = /^\/desk\/departures\/\w+$/, MOST_LISTS = 12, LIST_KEPT = 3 * 86400000;

// Keep the page as it is now; a guest has none.
function keepPage() {
  return fetch(DESK.page, { credentials: 'same-origin', cache: 'no-store' }).then(function (answer) {
    if (answer.ok && !answer.redirected) {
      return caches.open(PAGES).then(function (cache) { return cache.put(DESK.page, answer); });
    }
    return answer.status < 500 ? Promise.all([caches.delete(PAGES), caches.delete(LISTS)]) : null;
  }).catch(function () { /* without reception the older one is good enough */ });
}
function kept() {
  return caches.open(PAGES).then(function (cache) { return cache.match(DESK.page, { ignoreVary: true }); });
}

// Keep the empty form of a visit; whoever visits nobody has none.
function keepNote() {
  return fetch(DESK.note, { credentials: 'same-origin', cache: 'no-store' }).then(function (answer) {
    return caches.open(FORMS).then(function (cache) {
      if (answer.ok && !answer.redirected) return cache.put(DESK.note, answer);
      return answer.status < 500 ? cache.delete(DESK.note) : null;
    });
  }).catch(function () { /* without reception the older one is good enough */ });
}
function keptNote() {
  return caches.open(FORMS).then(function (cache) { return cache.match(DESK.note, { ignoreVary: true }); });
}

// Keep the list of a departure, and forget those of days gone by.
function keepList(path, answer) {
  return caches.open(LISTS).then(function (cache) {
    return cache.keys().then(function (asked) {
      return Promise.all(asked.map(function (request, place) {
        return cache.match(request).then(function (held) {
          var isOld = Date.now() - Date.parse(held.headers.get('Date')) > LIST_KEPT;
          return isOld || place + MOST_LISTS <= asked.length ? cache.delete(request) : null;
        });
      }));
    }).then(function () { return cache.put(path, answer); });
  }).catch(function () { /* no room: the phone needs the network then */ });
}
function keptList(path) {
  return caches.open(LISTS).then(function (cache) { return cache.match(path, { ignoreVary: true }); });
}

self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(FILES).then(function (cache) { return cache.addAll(DESK.files); }).then(keepPage));
});

self.addEventListener('activate', function (event) {
  event.waitUntil(Promise.all([
    caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) { return name.indexOf('desk-files-') === 0 && name !== FILES; })
        .map(function (name) { return caches.delete(name); }));
    }),
    // The browser's own request keeps its Sec-Fetch-Site; one made by a worker would pass for ours.
    self.registration.navigationPreload ? self.registration.navigationPreload.enable() : null,
    self.clients.claim()
  ]));
});

function file(request) {
  return caches.open(FILES).then(function (cache) {
    return cache.match(request, { ignoreVary: true }).then(function (found) {
      return found || fetch(request).then(function (answer) {
        if (answer.ok) put(cache, request, answer.clone());
        return answer;
      });
    });
  });
}
function put(cache, request, answer) { cache.put(request, answer).catch(function () { /* no room: it is fetched again */ }); }

function fromNetwork(event) {
  return Promise.resolve(event.preloadResponse).then(function (answer) { return answer || fetch(event.request); })
    .then(function (answer) {
      if (answer.type === 'opaqueredirect') event.waitUntil(keepPage());
      return answer;
    });
}

// The list of a departure: the network first, and what it gives is kept.
function list(event, path) {
  return fromNetwork(event).then(function (answer) {
    if (answer.ok && !answer.redirected) event.waitUntil(keepList(path, answer.clone()));
    return answer;
  }, function (error) {
    return keptList(path).then(function (found) { return found || kept(); }).then(function (found) {
      if (found) return found;
      throw error;
    });
  });
}

// The network first; where it fails, or lets a listing wait, the page that was kept.
function page(event, path) {
  if (A_LIST.test(path)) return list(event, path);
  if (VISITS.indexOf(path) >= 0) {
    return fromNetwork(event).catch(function (error) {
      return keptNote().then(function (found) { if (found) return found; throw error; });
    });
  }
  var answer = fromNetwork(event), slow;
  var fallen = answer.catch(function (error) {
    return kept().then(function (found) { if (found) return found; throw error; });
  });
  event.waitUntil(fallen.catch(function () {}));
  if (LISTING.indexOf(path) < 0) return fallen;
  slow = new Promise(function (done) {
    setTimeout(function () { kept().then(function (found) { if (found) done(found); }); }, PATIENCE);
  });
  return Promise.race([fallen, slow]);
}

self.addEventListener('fetch', function (event) {
  var request = event.request, address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (address.pathname.indexOf('/desk/') === 0) event.respondWith(page(event, address.pathname));
  } else if (/^\/(static|drawn)\//.test(address.pathname)) {
    event.respondWith(file(request));
  }
});

self.addEventListener('sync', function (event) {
  if (event.tag === 'scans') event.waitUntil(Scans.flush().then(function (said) {
    return self.clients.matchAll().then(function (pages) {
      pages.forEach(function (each) { each.postMessage({ scans: said }); });
    });
  }));
  if (event.tag === 'visits') event.waitUntil(Notes.flush().then(function () {
    return self.clients.matchAll();
  }).then(function (pages) { pages.forEach(function (each) { each.postMessage('notes'); }); }));
  if (event.tag !== 'outbox') return;
  event.waitUntil(Outbox.flush().then(function () {
    return self.clients.matchAll();
  }).then(function (pages) { pages.forEach(function (each) { each.postMessage('outbox'); }); }));
});
self.addEventListener('message', function (event) {
  if (event.data === 'keep-page') event.waitUntil(keepPage());
  if (event.data === 'keep-note') event.waitUntil(keepNote());
});
