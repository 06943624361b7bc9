/* The listing screens, quicker: photographs are made small on the phone before they are sent; what was typed survives a change of tile.
   Everything works without this file. */
(function () {
  'use strict';
  var doc = document;

  function each(selector, verb) { Array.prototype.forEach.call(doc.querySelectorAll(selector), verb); }

  // Return a promise of a smaller file, or of the same file where the phone cannot do it or it would not be smaller.
  function smaller(file, side) {
    if (!window.createImageBitmap || !/^image\//.test(file.type) || file.size < 300000) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: 'from-image' }).then(function (bitmap) {
      var scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
      var canvas = doc.createElement('canvas');
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      if (bitmap.close) bitmap.close();
      return new Promise(function (done) {
        if (!canvas.toBlob) { done(file); return; }
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size) { done(file); return; }
          done(new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg', lastModified: file.lastModified }));
        }, 'image/jpeg', 0.86);
      });
    }).catch(function () { return file; });
  }

  function put(input, files) {
    var box = new DataTransfer();
    files.forEach(function (file) { box.items.add(file); });
    input.files = box.files;
  }

  each('form[data-resize]', function (form) {
    var side = parseInt(form.getAttribute('data-resize'), 10), work = Promise.resolve(), pending = 0;
    if (typeof DataTransfer !== 'function') return;
    form.addEventListener('change', function (event) {
      var input = event.target;
      if (input.type !== 'file' || !input.files.length) return;
      var files = Array.prototype.slice.call(input.files);
      pending += 1;
      work = work.then(function () {
        return Promise.all(files.map(function (file) { return smaller(file, side); }));
      }).then(function (made) {
        // Somebody may have chosen others meanwhile: theirs is the later word.
        if (input.files.length === files.length && input.files[0] === files[0]) put(input, made);
      }).catch(function () { /* the photographs go as they are */ }).then(function () { pending -= 1; });
    });
    form.addEventListener('submit', function (event) {
      if (!pending) return;
      event.preventDefault();
      event.stopPropagation();
      work.then(function () { if (form.requestSubmit) form.requestSubmit(); else form.submit(); });
    });
  });

  // A tile or weight is a link; the number and harvest day already chosen go along and come back.
  var goods = doc.getElementById('goods'), kept = ['stock', 'stock_other', 'harvest', 'story'];
  if (goods && window.sessionStorage) {
    var place = 'goods:' + location.pathname;
    try {
      var before = JSON.parse(sessionStorage.getItem(place) || 'null');
      sessionStorage.removeItem(place);
      if (before) {
        kept.forEach(function (name) {
          var held = goods.elements[name];
          if (held && before[name]) held.value = before[name];
        });
      }
    } catch (error) { /* private windows may refuse; nothing is lost but a choice */ }
    doc.addEventListener('click', function (event) {
      var link = event.target.closest ? event.target.closest('main a.tile, main a.chip') : null;
      if (!link) return;
      var now = {};
      kept.forEach(function (name) { if (goods.elements[name]) now[name] = goods.elements[name].value; });
      try { sessionStorage.setItem(place, JSON.stringify(now)); } catch (error) { /* as above */ }
    });
  }
})();
