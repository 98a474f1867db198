// Filters the findings, and unfolds every table before printing. The page is whole without it.
(function () {
  "use strict";
  var form = document.getElementById("filter");
  var line = document.getElementById("shown");
  var groups = Array.prototype.slice.call(document.querySelectorAll("article[data-rule]"));
  var bodies = Array.prototype.slice.call(document.querySelectorAll("section[data-body]"));

  function apply() {
    var body = form.elements.body.value;
    var rule = form.elements.rule.value;
    var severity = form.elements.severity.value;
    var shown = 0;
    var all = 0;
    groups.forEach(function (group) {
      var rows = Number(group.dataset.rows);
      var fits = (!body || group.parentNode.dataset.body === body) &&
        (!rule || group.dataset.rule === rule) &&
        (!severity || group.dataset.severity === severity);
      group.hidden = !fits;
      all += rows;
      shown += fits ? rows : 0;
    });
    bodies.forEach(function (section) {
      section.hidden = !section.querySelector("article:not([hidden])");
    });
    var text = line.dataset.text;
    line.textContent = text.replace("{shown}", shown.toLocaleString("en"))
      .replace("{all}", all.toLocaleString("en"));
    form.classList.toggle("narrowed", shown !== all);
  }

  if (form) {
    form.hidden = false;
    form.addEventListener("change", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(apply, 0); });
    apply();
    document.addEventListener("click", function (event) {
      var link = event.target.closest ? event.target.closest("a[href^='#body-']") : null;
      var target = link && document.getElementById(link.getAttribute("href").slice(1));
      if (target && target.hidden) { form.reset(); apply(); }
    });
  }

  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    folded.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (one) { one.open = false; });
  });
})();
