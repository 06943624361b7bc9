/* Checkout: a pasted address fills the boxes, and a province shows its freight, without leaving the page.
   The server reads the text, as it does without script: this sends the form to the same button and takes over what comes back. */
(function () {
  'use strict';
  var form = document.getElementById('order'), asked = 0;
  if (!form || !window.fetch || !window.FormData || !window.DOMParser) return;
  var text = form.elements.address_text, boxes = ['name', 'phone', 'province', 'address'];
  var button = form.querySelector('button[value="parse"]');

  function values() { return boxes.map(function (name) { return form.elements[name].value; }); }
  function sums(place) { return place.querySelectorAll('#order .sum, .dock .price'); }

  // what was missing and is filled in now is wrong no longer, as far as can be told here
  function forgive(name) {
    var box = form.elements[name], words = document.getElementById('f-' + name + '-error');
    var told = document.querySelector('[data-error-summary] a[href="#f-' + name + '"]'), summary = told && told.closest('[data-error-summary]');
    if (!box.value || !words) return;
    words.remove();
    box.removeAttribute('aria-invalid');
    box.closest('.field').classList.remove('has-error');
    if (told) told.closest('li').remove();
    if (summary && !summary.querySelector('a')) summary.remove();
  }

  function take(page, before, isFilling) {
    var other = page.getElementById('order'), now = sums(document), fresh = sums(page), first = null;
    if (!other) return;
    if (isFilling) boxes.forEach(function (name, at) {
      var box = form.elements[name], found = other.elements[name].value;
      // what the person wrote meanwhile stands
      if (found && box.value === before[at]) box.value = found;
      if (!box.value && !first) first = box;
      forgive(name);
    });
    form.elements.seen.value = other.elements.seen.value;
    for (var at = 0; at < now.length && at < fresh.length; at++) now[at].innerHTML = fresh[at].innerHTML;
    if (isFilling) (first || form.elements.name).focus();
  }

  function ask(isFilling) {
    var turn = ++asked, body = new FormData(form), before = values();
    body.set('action', 'parse');
    if (!isFilling) body.set('address_text', '');
    // a button is called action, so the property would be that button
    return fetch(form.getAttribute('action'), { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    }).then(function (html) {
      if (turn === asked) take(new DOMParser().parseFromString(html, 'text/html'), before, isFilling);
    });
  }

  text.addEventListener('paste', function () {
    setTimeout(function () { ask(true).catch(function () {}); }, 0);  // without a network the button is still there
  });
  form.elements.province.addEventListener('change', function () { ask(false).catch(function () {}); });
  if (button) button.addEventListener('click', function (event) {
    if (button.hasAttribute('data-plain')) return;
    event.preventDefault();
    ask(true).catch(function () { button.setAttribute('data-plain', ''); button.click(); });
  });
}());
