/* The pages of visits on the phone. The month's plan is taken along: reference and masked name of each home. The note is kept first and
   sent when there is a network. With outbox.js and notes.js before it; every word stands in the page. Without this file a visit is
   written down on the household's own page. */
(function () {
  'use strict';
  var doc = document, Notes = window.Notes, box = doc.getElementById('notes'), form = doc.getElementById('note');
  if (!Notes || !box || !window.indexedDB || !window.fetch || !window.Promise || !window.FormData) return;
  var said = box.querySelector('[data-notes-words]'), list = box.querySelector('[data-notes-list]');

  function words(name) { return box.getAttribute('data-' + name) || ''; }
  function say(text) {
    said.textContent = text;
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
  function fresh() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (one) { return (one + 256).toString(16).slice(1); }).join('');
  }
  function today() {
    var now = new Date();
    return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  }

  // What waits on this phone, each with how it stands.
  function show() {
    return Notes.all().then(function (items) {
      list.textContent = '';
      items.forEach(function (note) {
        var line = element('li', ''), cell = element('div', 'cell'), body = element('span', 'cell-body', note.name);
        body.appendChild(element('span', 'cell-note', note.fields.visited_on + ' · ' +
          (note.problem ? words('unsent') + ' ' + note.problem : words('waiting'))));
        cell.appendChild(body);
        line.appendChild(cell);
        if (note.problem) {
          line.appendChild(button(words('again'), function () { delete note.problem; Notes.keep(note).then(flush); }));
          line.appendChild(button(words('remove'), function () { Notes.remove(note.key).then(show); }));
        }
        list.appendChild(line);
      });
      box.hidden = !items.length && !said.textContent;
      return items;
    }).catch(function () { return []; /* a private window may refuse; then nothing is kept */ });
  }
  function flush() {
    if (navigator.onLine === false) return show();
    return Notes.flush().then(function () {
      return show().then(function (items) { if (!items.length && said.textContent === words('kept')) say(words('sent')); });
    }, function (error) {
      return show().then(function (items) { if (error.signedOut && items.length) say(words('sign-in')); });
    });
  }

  function photosOf() {
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

  // The form knows the homes that were taken along, and no other.
  function offer(homes) {
    var choice = form.elements.household, asked = (/[?&]household=(\w+)/.exec(location.search) || [])[1];
    homes.forEach(function (home) {
      var option = element('option', '', home.name + ' ' + home.key);
      option.value = home.key;
      option.selected = home.key === asked;
      choice.appendChild(option);
    });
    doc.getElementById('no-homes').hidden = homes.length > 0;
    form.hidden = !homes.length;
  }
  if (form) {
    form.elements.visited_on.value = today();
    Notes.take([]).then(offer).catch(function () { doc.getElementById('no-homes').hidden = false; });
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (!form.elements.note.value.trim()) { say(words('empty')); box.scrollIntoView(); return; }
      photosOf().then(function (photos) {
        var fields = { key: fresh() }, choice = form.elements.household;
        new FormData(form).forEach(function (value, name) {
          if (typeof value === 'string' && name !== 'csrf_token') fields[name] = value;
        });
        return Notes.keep({ key: fields.key, name: choice.options[choice.selectedIndex].text, fields: fields, photos: photos });
      }).then(function () {
        form.reset();
        form.elements.visited_on.value = today();
        Array.prototype.forEach.call(doc.querySelectorAll('.previews'), function (tray) { tray.textContent = ''; });
        say(words('kept'));
        box.scrollIntoView();
        if (navigator.serviceWorker) navigator.serviceWorker.ready.then(function (worker) {
          if (worker.sync) return worker.sync.register('visits');
        }).catch(function () { /* not everywhere: the page sends by itself */ });
        return flush();
      }).catch(function () { say(words('full')); box.scrollIntoView(); });
    });
  } else {
    Notes.take(JSON.parse(doc.getElementById('visit-homes').textContent)).catch(function () { /* nothing is taken along then */ });
  }

  // Signing out takes everything off the phone; what is not sent yet is asked about once.
  Array.prototype.forEach.call(doc.querySelectorAll('form[action^="/sign-out"]'), function (leave) {
    leave.addEventListener('submit', function (event) {
      event.preventDefault();
      event.stopPropagation();
      show().then(function (items) {
        if (items.length && !leave.hasAttribute('data-sure')) {
          leave.setAttribute('data-sure', '');
          say(words('leave'));
          box.scrollIntoView();
          return null;
        }
        return Notes.clear().catch(function () {}).then(function () { leave.submit(); });
      });
    }, true);
  });

  if (navigator.serviceWorker) {
    navigator.serviceWorker.addEventListener('message', show);
    navigator.serviceWorker.register('/desk/sw.js').then(function () { return navigator.serviceWorker.ready; })
      .then(function (worker) { if (navigator.onLine !== false) worker.active.postMessage('keep-note'); })
      .catch(function () { /* an old browser, or no reception at the very first visit */ });
  }
  window.addEventListener('online', flush);
  doc.addEventListener('visibilitychange', function () { if (!doc.hidden) flush(); });
  setInterval(flush, 60000);
  flush();
})();
