/* Shared enhancement. Every page works without this file; all words come from the page. */
(function () {
  'use strict';
  var doc = document;
  function all(selector, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(selector)); }
  function on(type, handler) { doc.addEventListener(type, handler, false); }
  function near(event, selector) { return event.target.closest ? event.target.closest(selector) : null; }

  // Steppers: reveal the buttons, keep them honest at the ends.
  function settle(input) {
    var value = parseFloat(input.value), box = input.closest('[data-stepper]');
    if (!box) return;
    all('button[data-step]', box).forEach(function (button) {
      var edge = button.getAttribute('data-step') < 0 ? input.min : input.max;
      button.disabled = edge !== '' && (button.getAttribute('data-step') < 0 ? value <= +edge : value >= +edge);
    });
  }
  all('[data-stepper]').forEach(function (box) {
    all('button', box).forEach(function (button) { button.hidden = false; });
    settle(box.querySelector('input'));
  });
  on('input', function (event) { if (near(event, '[data-stepper]')) settle(event.target); });

  // Errors: take the reader there, and let each link put the cursor in its field.
  var summary = doc.querySelector('[data-error-summary]');
  if (summary) summary.focus();

  // Buttons that need the script or a power of the browser appear only where it is there.
  if (navigator.clipboard) all('[data-copy]').forEach(function (button) { button.hidden = false; });
  if (navigator.share) all('[data-share]').forEach(function (button) { button.hidden = false; });
  if (window.speechSynthesis) all('[data-speak]').forEach(function (button) { button.hidden = false; });
  all('[data-print]').forEach(function (button) { button.hidden = false; });

  on('click', function (event) {
    var button = near(event, 'button[data-step]'), link, input, target;
    if (button) {
      input = button.closest('[data-stepper]').querySelector('input');
      if (input.value === '') input.value = input.min || 0;
      else if (button.getAttribute('data-step') < 0) input.stepDown(); else input.stepUp();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
      return;
    }
    link = near(event, '[data-error-summary] a');
    if (link && (target = doc.getElementById(link.hash.slice(1)))) {
      event.preventDefault();
      (target.closest('.field') || target).scrollIntoView();
      target.focus({ preventScroll: true });
      return;
    }
    if ((button = near(event, '[data-copy]'))) {
      navigator.clipboard.writeText(button.getAttribute('data-copy')).then(function () {
        var words = button.querySelector('[role=status]') || button, before = words.textContent;
        words.textContent = button.getAttribute('data-done');
        setTimeout(function () { words.textContent = before; }, 3000);
      }, function () { button.hidden = true; });
    } else if ((button = near(event, '[data-share]'))) {
      navigator.share({ title: doc.title, url: button.getAttribute('data-share') || location.href }).catch(function () {});
    } else if ((button = near(event, '[data-speak]'))) {
      speechSynthesis.cancel();
      var voice = new SpeechSynthesisUtterance(button.getAttribute('data-speak'));
      voice.lang = doc.documentElement.lang;
      voice.rate = 0.9;
      speechSynthesis.speak(voice);
    } else if (near(event, '[data-print]')) {
      window.print();
    }
    all('details.menu[open]').forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });

  on('keydown', function (event) {
    if (event.key !== 'Escape') return;
    var menu = near(event, 'details[open].menu, details[open].office-nav');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
  });

  // One press, one order: hold the form until the answer comes, and let go if the person returns to it.
  var held = [];
  function release() {
    held.forEach(function (form) {
      form.removeAttribute('data-sent');
      all('.busy', form).forEach(function (button) { button.classList.remove('busy'); });
    });
    held = [];
  }
  on('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || (form.method || 'get').toLowerCase() !== 'post') return;
    if (form.hasAttribute('data-sent')) { event.preventDefault(); return; }
    form.setAttribute('data-sent', '');
    held.push(form);
    if (event.submitter) event.submitter.classList.add('busy');
    setTimeout(release, 8000);
  });
  window.addEventListener('pageshow', release);

  // Chosen pictures are shown before they are sent.
  on('change', function (event) {
    var shots = near(event, '[data-previews]'), auto = near(event, '[data-autosubmit]');
    if (shots && event.target.type === 'file') {
      var tray = doc.getElementById(shots.getAttribute('data-previews'));
      all('img', tray).forEach(function (image) { URL.revokeObjectURL(image.src); });
      tray.textContent = '';
      all('input[type=file]', shots).forEach(function (input) {
        Array.prototype.forEach.call(input.files, function (file) {
          var image = new Image();
          image.alt = tray.getAttribute('data-alt') + ' ' + file.name;
          image.src = URL.createObjectURL(file);
          tray.appendChild(image);
        });
      });
    }
    if (auto && event.target.form) {
      if (event.target.form.requestSubmit) event.target.form.requestSubmit(); else event.target.form.submit();
    }
  });
  all('[data-hide-with-script]').forEach(function (part) { part.hidden = true; });

  function net() { all('[data-offline]').forEach(function (bar) { bar.hidden = navigator.onLine !== false; }); }
  window.addEventListener('online', net);
  window.addEventListener('offline', net);
  net();
})();
