/* Booking: the sum and the boxes for names follow the numbers, and a hold's clock runs. Every page works without this file.
   The server reckons, as it does without script: this sends the form to the same button and takes over what comes back. */
(function () {
  'use strict';
  var form = document.getElementById('book'), asked = 0;

  function take(page) {
    var fresh = page.getElementById('book'), typed = {};
    if (!fresh) return;
    form.elements.seen.value = fresh.elements.seen.value;
    ['.sum', '#travellers'].forEach(function (part) {
      var here = form.querySelector(part), there = fresh.querySelector(part);
      if (!here || !there) return;
      // what was typed while the answer was on its way stands
      here.querySelectorAll('input, textarea').forEach(function (box) { typed[box.id] = box.value; });
      here.innerHTML = there.innerHTML;
      here.querySelectorAll('input, textarea').forEach(function (box) { if (box.id in typed) box.value = typed[box.id]; });
    });
    var price = document.querySelector('.dock .price');
    if (price) price.textContent = page.querySelector('.dock .price').textContent;
  }

  function reckon() {
    var turn = ++asked, body = new FormData(form);
    body.set('action', 'reckon');
    fetch(form.getAttribute('action'), { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    }).then(function (html) {
      if (turn === asked) take(new DOMParser().parseFromString(html, 'text/html'));
    }).catch(function () {});  // without a network the sum is shown when the form is sent
  }

  if (form && window.fetch && window.DOMParser) {
    document.getElementById('people').addEventListener('change', reckon);
  }

  // The time left comes from the server: a phone's own clock may be wrong.
  document.querySelectorAll('[data-left]').forEach(function (place) {
    var ends = performance.now() + 1000 * place.getAttribute('data-left');
    function tick() {
      var left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      place.textContent = Math.floor(left / 60) + ':' + ('0' + left % 60).slice(-2);
      if (left) setTimeout(tick, 1000);
      else setTimeout(function () { location.reload(); }, 1500);
    }
    tick();
  });
}());
