// Shortcuts only; every page works without this file.
// "/" goes to the first filter, "j" and "k" go to the next and previous link marked data-row.
(() => {
  const typing = target => target.closest("input, select, textarea, [contenteditable]");
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const filter = document.querySelector("[data-filter]");
      if (filter) { event.preventDefault(); filter.focus(); }
      return;
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const rows = [...document.querySelectorAll("a[data-row]")];
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
  });
  document.querySelector("[data-error-summary]")?.focus();
})();
