// A grid of days: drag, arrows and shift choose cells; the form below takes the days and rows.
const grid = document.querySelector("[data-grid]");
const editor = document.querySelector("[data-grid-editor]");
const status = document.querySelector("[data-grid-status]");

if (grid && editor) {
  const spell = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
  const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td[data-day]")]).filter((cells) => cells.length);
  const place = new Map();
  rows.forEach((cells, r) => cells.forEach((cell, c) => place.set(cell, { r, c })));
  const all = rows.flat();
  // A year is one row over its months: there, days run on from one line to the next.
  const runsOn = new Set(all.map((cell) => cell.dataset.row)).size === 1;
  let anchor = null;
  let end = null;
  let dragging = false;

  const clamp = (n, max) => Math.min(Math.max(n, 0), max);
  const index = (spot) => all.indexOf(rows[spot.r][spot.c]);
  const chosen = () => {
    if (runsOn) {
      const [from, to] = [index(anchor), index(end)].sort((a, b) => a - b);
      return all.slice(from, to + 1);
    }
    const [top, bottom] = [anchor.r, end.r].sort((a, b) => a - b);
    const [left, right] = [anchor.c, end.c].sort((a, b) => a - b);
    return rows.slice(top, bottom + 1).flatMap((cells) => cells.slice(left, right + 1));
  };
  const show = () => {
    grid.querySelectorAll("[aria-selected=true]").forEach((cell) => cell.setAttribute("aria-selected", "false"));
    if (!anchor) { status.textContent = status.dataset.none; return; }
    const cells = chosen();
    cells.forEach((cell) => cell.setAttribute("aria-selected", "true"));
    const days = cells.map((cell) => cell.dataset.day).sort();
    const keys = new Set(cells.map((cell) => cell.dataset.row));
    editor.elements.first.value = days[0];
    editor.elements.last.value = days[days.length - 1];
    editor.querySelectorAll("[name=rows]").forEach((box) => { box.checked = keys.has(box.value); });
    editor.querySelector("[data-grid-rows]").open = true;
    const last = days[days.length - 1];
    const names = [...new Set(cells.map((cell) => cell.closest("tr").dataset.label))];
    const said = spell.formatRange(new Date(`${days[0]}T12:00`), new Date(`${last}T12:00`));
    const count = cells.length === 1 ? status.dataset.one : status.dataset.some.replace("[n]", cells.length);
    status.textContent = `${count} ${said} · ${names.join(", ")}`;
  };
  const focus = (spot) => {
    grid.querySelectorAll("td[tabindex='0']").forEach((cell) => { cell.tabIndex = -1; });
    const cell = rows[spot.r][clamp(spot.c, rows[spot.r].length - 1)];
    cell.tabIndex = 0;
    cell.focus({ preventScroll: false });
  };

  rows[0][0].tabIndex = 0;
  // A month opens on the first day that is still to come.
  const coming = rows[0].find((cell) => !cell.classList.contains("past"));
  const oneMonth = rows[0][0].dataset.day === rows[rows.length - 1][0].dataset.day;
  if (coming && oneMonth) {
    const names = coming.closest("tr").querySelector("th").getBoundingClientRect();
    grid.closest(".grid-scroll").scrollLeft += coming.getBoundingClientRect().left - names.right;
  }
  grid.addEventListener("pointerdown", (event) => {
    const spot = place.get(event.target.closest("td[data-day]"));
    if (!spot || event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    anchor = event.shiftKey && anchor ? anchor : spot;
    end = spot;
    dragging = true;
    focus(spot);
    show();
  });
  grid.addEventListener("pointerover", (event) => {
    const spot = dragging && place.get(event.target.closest("td[data-day]"));
    if (spot) { end = spot; show(); }
  });
  addEventListener("pointerup", () => { dragging = false; });
  // A finger scrolls; it chooses by tapping one end, then the other.
  grid.addEventListener("click", (event) => {
    if (event.pointerType !== "touch") return;
    const spot = place.get(event.target.closest("td[data-day]"));
    if (!spot) return;
    const again = anchor && end && anchor.r === end.r && anchor.c === end.c;
    anchor = again ? anchor : spot;
    end = spot;
    show();
  });
  grid.addEventListener("keydown", (event) => {
    const spot = place.get(event.target);
    if (!spot) return;
    const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0], PageDown: [0, 30], PageUp: [0, -30], Home: [0, -99], End: [0, 99] };
    if (event.key === "Escape") { anchor = end = null; show(); return; }
    if (event.key === "Enter") { event.preventDefault(); if (!anchor) { anchor = end = spot; show(); } editor.elements.price.focus(); return; }
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const r = clamp(spot.r + move[0], rows.length - 1);
    const step = runsOn && Math.abs(move[1]) === 1;
    const next = step ? place.get(all[clamp(index(spot) + move[1], all.length - 1)]) : { r, c: clamp(spot.c + move[1], rows[r].length - 1) };
    if (event.shiftKey) { anchor ??= spot; end = next; } else { anchor = end = next; }
    focus(next);
    show();
  });
}
