/* The desk's listing without reception: registers the worker, keeps what cannot be sent, shows what waits, sends it when it can.
   With outbox.js before it. Without script, or without IndexedDB, the three screens work as ever. */
(function () {
  'use strict';
  var doc = document, Outbox = window.Outbox, box = doc.getElementById('outbox'), sending = {}, listed = null;
  if (!Outbox || !window.indexedDB || !window.fetch || !window.Promise || !window.FormData) return;

  function words(name) { return box ? box.getAttribute('data-' + name) || '' : ''; }
  function each(selector, verb) { Array.prototype.forEach.call(doc.querySelectorAll(selector), verb); }
  function say(text) {
    if (!box) return;
    box.querySelector('[data-outbox-words]').textContent = text;
    if (text) box.hidden = false;
  }
  function element(kind, name, text) {
    var made = doc.createElement(kind);
    made.className = name;
    made.textContent = text || '';
    return made;
  }
  function button(text, verb) {
    var made = element('button', 'btn btn-2', text);
    made.type = 'button';
    made.addEventListener('click', verb);
    return made;
  }

  // What waits, each with how it stands.
  function show() {
    return Outbox.all().then(function (items) {
      var list = box && box.querySelector('[data-outbox-list]');
      items = items.filter(function (item) { return !item.half; });
      if (!list) return items;
      list.textContent = '';
      items.forEach(function (item) {
        var line = element('li', ''), cell = element('div', 'cell'), body = element('span', 'cell-body', item.name);
        var state = item.problem ? words('unsent') : sending[item.key] ? words('sending') : words('waiting');
        line.setAttribute('data-key', item.key);
        body.appendChild(element('span', 'cell-note', words('packs') + ' ' + item.fields.stock));
        body.appendChild(element('span', 'cell-note', state + (item.problem && item.problem.trim() ? ' ' + item.problem : '')));
        cell.appendChild(body);
        line.appendChild(cell);
        if (item.problem) {
          line.appendChild(button(words(item.isQuestion ? 'yes' : 'again'), function () {
            if (item.isQuestion) item.fields.sure = 'yes';
            delete item.problem;
            Outbox.keep(item).then(flush);
          }));
          line.appendChild(button(words('remove'), function () { Outbox.remove(item.key).then(show); }));
        }
        list.appendChild(line);
      });
      box.hidden = !items.length && !box.querySelector('[data-outbox-words]').textContent;
      return items;
    }).catch(function () { return []; /* a private window may refuse; then nothing is kept and nothing waits */ });
  }

  // Codes scanned at a gate that was without reception go along.
  function scansWaiting() { return window.Scans ? Scans.all().then(Scans.waiting).catch(function () { return []; }) : Promise.resolve([]); }

  function flush() {
    if (navigator.onLine === false) return show();
    if (window.Scans) Scans.flush().catch(function () { /* they are tried again */ });
    return Outbox.flush(function (key) { sending[key] = true; show(); }).then(function (said) {
      sending = {};
      if (Object.keys(said).length) say('');
      if (listed && said[listed] && said[listed].url) { location.href = said[listed].url; return null; }
      return show();
    }, function (error) {
      sending = {};
      return show().then(function (items) { if (error.signedOut && items.length) say(words('sign-in')); });
    });
  }

  function photosOf(form) {
    var files = [];
    Array.prototype.forEach.call(form.querySelectorAll('input[type=file]'), function (input) {
      Array.prototype.push.apply(files, Array.prototype.slice.call(input.files));
    });
    return Promise.all(files.map(function (file) {
      return new Promise(function (done, fail) {
        var reader = new FileReader();
        reader.onload = function () { done({ name: file.name, type: file.type, bytes: reader.result }); };
        reader.onerror = function () { fail(reader.error); };
        reader.readAsArrayBuffer(file);
      });
    }));
  }
  function fieldsOf(form) {
    var fields = {};
    new FormData(form).forEach(function (value, name) {
      if (typeof value === 'string' && name !== 'csrf_token') fields[name] = value;
    });
    return fields;
  }
  function today() {
    var now = new Date();
    return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  }
  function fresh() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (one) { return (one + 256).toString(16).slice(1); }).join('');
  }
  function syncLater() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.ready.then(function (worker) { if (worker.sync) return worker.sync.register('outbox'); })
      .catch(function () { /* not everywhere: the page sends by itself */ });
  }

  // The whole listing on one page: kept first, then sent, so that nothing that happens in between loses it.
  each('form[data-keep-offline]', function (form) {
    var half = null, sure = form.querySelector('[data-sure]'), price = form.elements.price;
    function chosen() { return form.querySelector('input[name=variety]:checked'); }
    function judge() {
      var fen = Math.round(parseFloat(price.value) * 100), ware = chosen();
      sure.hidden = !ware || (fen >= +ware.getAttribute('data-low') && fen <= +ware.getAttribute('data-high'));
    }
    form.addEventListener('change', function (event) {
      if (event.target.name === 'variety') price.value = event.target.getAttribute('data-price');
      if (event.target.name === 'variety' || event.target === price) { form.elements.sure.checked = false; judge(); }
    });
    // The page may have been kept long ago and used before: each listing has a key of its own.
    form.elements.client_key.value = fresh();
    Outbox.all().then(function (items) {
      half = items.filter(function (item) { return item.half; })[0];
      if (!half) return;
      form.elements.client_key.value = half.fields.client_key;
      var holder = new DataTransfer(), input = form.querySelector('input[type=file][multiple]');
      half.photos.forEach(function (photo) { holder.items.add(new File([photo.bytes], photo.name, { type: photo.type })); });
      input.files = holder.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }).catch(function () { /* they are taken again */ });

    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (form.hasAttribute('data-busy')) return;
      form.setAttribute('data-busy', '');
      photosOf(form).then(function (photos) {
        var fields = fieldsOf(form);
        if (!photos.length) { say(words('photo')); box.scrollIntoView(); return null; }
        if (!sure.hidden && !form.elements.sure.checked) { sure.scrollIntoView(); form.elements.sure.focus(); return null; }
        fields.made_on = today();
        var item = { key: fields.client_key, fields: fields, photos: photos, name: chosen().getAttribute('data-name') };
        return Outbox.keep(item).then(function () {
          return half && half.key !== item.key ? Outbox.remove(half.key) : null;
        }).then(function () {
          half = null;
          listed = item.key;
          form.reset();
          form.elements.client_key.value = fresh();
          each('.previews', function (tray) { tray.textContent = ''; });
          say(words('kept'));
          box.scrollIntoView();
          syncLater();
          return flush();
        }).then(function () { listed = null; });
      }).catch(function () { say(words('full')); box.scrollIntoView(); }).then(function () { form.removeAttribute('data-busy'); });
    });
    judge();
  });

  // The first of the three screens: where nobody answers, its photographs go over to the page that needs nobody.
  each('form[data-keep-photo]', function (form) {
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) return;
      event.preventDefault();
      Outbox.ticket(5000).then(function () { form.submit(); }, function (error) {
        if (error.signedOut || error.message === 'busy') { form.submit(); return null; }
        return photosOf(form).then(function (photos) {
          var fields = fieldsOf(form);
          return Outbox.keep({ key: 'half', half: true, fields: fields, photos: photos });
        }).then(function () { location.href = form.getAttribute('data-keep-photo'); }, function () { form.submit(); });
      });
    });
  });

  // The second screen: its draft stands on the server with its photographs; what was chosen here is kept under the draft's key.
  each('form[data-keep-goods]', function (form) {
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) return;
      event.preventDefault();
      Outbox.ticket(5000).then(function () { form.submit(); }, function (error) {
        if (error.signedOut || error.message === 'busy') { form.submit(); return; }
        var fields = fieldsOf(form), key = form.getAttribute('data-key');
        fields.stock = fields.stock_other || fields.stock;
        fields.sure = fields.sure ? 'yes' : '';
        fields.client_key = key;
        fields.household = form.getAttribute('data-household');
        fields.made_on = today();
        Outbox.keep({ key: key, fields: fields, photos: [], name: form.getAttribute('data-name') }).then(function () {
          syncLater();
          location.href = form.getAttribute('data-keep-goods');
        }, function () { form.submit(); });
      });
    });
  });

  // Signing out takes everything of this person off the phone; what is not sent yet is asked about once.
  each('form[action^="/sign-out"],form[action$="/sign-out-everywhere"]', function (form) {
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      Promise.all([show(), scansWaiting()]).then(function (both) {
        if (both[0].length + both[1].length && !form.hasAttribute('data-sure') && box) {
          form.setAttribute('data-sure', '');
          say(words('leave'));
          box.scrollIntoView();
          return null;
        }
        var gone = [Outbox.clear()];
        if (window.caches) gone.push(caches.delete('desk-pages'), caches.delete('desk-lists'), caches.delete('desk-forms'));
        return Promise.all(gone).catch(function () {}).then(function () { form.submit(); });
      });
    });
  });

  if (navigator.serviceWorker) {
    navigator.serviceWorker.addEventListener('message', show);
    navigator.serviceWorker.register('/desk/sw.js').then(function () { return navigator.serviceWorker.ready; })
      .then(function (worker) {
        // Its language or household may have changed: the desk's home has it kept anew.
        if (navigator.onLine !== false && doc.querySelector('.desktiles,[data-keep-offline]')) worker.active.postMessage('keep-page');
      })
      .catch(function () { /* an old browser, or no reception at the very first visit */ });
  }
  window.addEventListener('online', flush);
  doc.addEventListener('visibilitychange', function () { if (!doc.hidden) flush(); });
  setInterval(flush, 60000);
  flush();
})();
