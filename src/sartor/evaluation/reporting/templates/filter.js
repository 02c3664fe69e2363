// Filter and order of the questions. Without it the page shows all of them, the lost ones first.
(() => {
  const form = document.getElementById("filter");
  const list = document.getElementById("list");
  const given = [...list.children];
  const number = (one, name) => parseFloat(one.dataset[name]);
  const orders = {
    "": () => 0,
    n: (a, b) => a.id.slice(1) - b.id.slice(1),
    f: (a, b) => (number(a, "f") || 2) - (number(b, "f") || 2),
    l: (a, b) => (number(b, "l") || 0) - (number(a, "l") || 0),
  };
  let order = "";
  let texts;

  const holds = (one, at, wanted, words) => {
    const data = one.dataset;
    if (wanted.o && !(wanted.o in { a: 1, e: 1 } ? wanted.o in data : data.o === wanted.o)) return false;
    if (wanted.s && data.s !== wanted.s) return false;
    if (wanted.t && !(data.t || "").split(" ").includes(wanted.t)) return false;
    return words.every((word) => texts[at].includes(word));
  };

  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.find.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) texts ??= given.map((one) => one.textContent.toLowerCase());
    let shown = 0;
    given.forEach((one, at) => {
      one.hidden = !holds(one, at, wanted, words);
      shown += !one.hidden;
    });
    if (wanted.by !== order) {
      order = wanted.by;
      list.append(...[...given].sort(orders[order]));
    }
    form.querySelector("output").value = `${shown} of ${given.length}`;
  };

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelectorAll("[data-stage]").forEach((link) =>
    link.addEventListener("click", () => {
      form.reset();
      form.elements.s.value = link.dataset.stage;
      apply();
    }),
  );
  form.hidden = false;
  apply();
})();
