// Small helps for a page that works without them: place suggestions, children's ages, a countdown.

const debounce = (act, ms) => {
  let timer;
  return (...args) => { clearTimeout(timer); timer = setTimeout(() => act(...args), ms); };
};

function suggestPlaces(input) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const hidden = document.getElementById(input.dataset.value);
  const status = document.getElementById(input.dataset.status);
  const first = hidden.value;
  let active = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); active = -1; };
  const choose = (option) => {
    input.value = option.dataset.name;
    hidden.value = option.dataset.value;
    // How far around the place was said of the one before.
    if (hidden.value !== first) input.form.elements.namedItem("radius")?.remove();
    close();
  };
  const mark = (index) => {
    const all = options();
    if (!all.length) return;
    active = (index + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  };
  const ask = debounce(async () => {
    const text = input.value.trim();
    if (text.length < 2) return close();
    const answer = await fetch(`${input.dataset.suggestions}?text=${encodeURIComponent(text)}`);
    if (!answer.ok || text !== input.value.trim()) return;
    list.innerHTML = await answer.text();
    active = -1;
    list.hidden = options().length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = list.querySelector("[data-count]")?.dataset.count ?? "";
  }, 150);
  input.addEventListener("input", () => { hidden.value = ""; ask(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); list.hidden ? ask() : mark(active + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(active - 1); }
    else if (event.key === "Enter" && active >= 0 && !list.hidden) { event.preventDefault(); choose(options()[active]); }
    else if (event.key === "Escape") close();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); choose(option); }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

function askAges(count) {
  const holder = document.getElementById(count.dataset.ages);
  const model = document.getElementById(count.dataset.model);
  const show = () => {
    const wanted = Math.min(Math.max(Number(count.value) || 0, 0), 10);
    while (holder.children.length > wanted) holder.lastElementChild.remove();
    while (holder.children.length < wanted) {
      const field = model.content.firstElementChild.cloneNode(true);
      const number = holder.children.length + 1;
      const label = field.querySelector("label");
      const select = field.querySelector("select");
      select.id = `child-age-${number}`;
      label.htmlFor = select.id;
      label.textContent = label.textContent.replace("%", number);
      holder.append(field);
    }
  };
  count.addEventListener("input", show);
  show();
}

function countDown(element) {
  const end = new Date(element.dataset.until).getTime();
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    element.textContent = text;
    if (left === 0) { clearInterval(timer); location.reload(); }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// What a form says so far, read back by the server beside it.
function tellLive(form) {
  const target = document.getElementById(form.dataset.liveTarget);
  let asked = 0;
  const ask = debounce(async () => {
    const number = ++asked;
    const answer = await fetch(form.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok && number === asked) target.innerHTML = await answer.text();
  }, 300);
  form.addEventListener("input", ask);
  form.querySelectorAll("[data-live-button]").forEach((button) => { button.hidden = true; });
}

// A form whose answer replaces a part of the page; the address and the way back stay right. Of
// several asked in a row only the last is shown; one that does not come is asked as a page.
let swapped = false;
let asking;
addEventListener("pagehide", () => asking?.abort());
async function swap(form) {
  const part = document.getElementById(form.dataset.swap);
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
  const address = `${form.getAttribute("action")}?${new URLSearchParams(chosen)}`;
  asking?.abort();
  const own = asking = new AbortController();
  part.setAttribute("aria-busy", "true");
  let answer, fresh;
  try {
    answer = await fetch(address, { headers: { accept: "text/html" }, signal: own.signal });
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    if (asking !== own) return;
    part.removeAttribute("aria-busy");
    if (!own.signal.aborted) location.assign(address);
    return;
  }
  if (asking !== own) return;
  const found = fresh.getElementById(part.id);
  if (!answer.ok || !found) { location.assign(address); return; }
  swapped = true;
  history.pushState(null, "", answer.url);
  fill(part, found);
  const status = document.getElementById(`${part.id}-said`);
  if (status) status.textContent = part.querySelector("[data-said]")?.textContent ?? "";
  for (const link of fresh.querySelectorAll("a[hreflang]")) {
    document.querySelector(`a[hreflang="${link.hreflang}"]`)?.setAttribute("href", link.getAttribute("href"));
  }
}
// What was open stays open, and the focus where it was, or nearby if that choice is gone.
function fill(part, found) {
  const open = [...part.querySelectorAll("details[id][open]")].map((one) => one.id);
  const inside = part.contains(document.activeElement);
  const focused = document.activeElement?.id;
  part.innerHTML = found.innerHTML;
  part.removeAttribute("aria-busy");
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (!inside) return;
  const next = document.getElementById(focused) ?? part.querySelector("form[data-swap] select");
  next?.closest("details")?.setAttribute("open", "");
  next?.focus({ preventScroll: true });
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-swap]");
  if (form?.reportValidity()) swap(form);
});
addEventListener("popstate", () => { if (swapped) location.reload(); });

// Prices by day under the fields of a search: the months and the departures that the server draws on a
// page of their own, in place. What is chosen there stands in the fields. Pressing one of the two dates opens
// them in place of the browser's own picker, once a place is written; dates can be typed all the same.
function showPrices(button) {
  const form = button.form;
  const panel = document.getElementById(button.dataset.panel);
  const dates = ["arrival", "departure"].map((name) => form.elements[name]);
  const [arrival, departure] = dates;
  const where = form.elements.text;
  let asked = 0, opener = button;
  // The panel stands under the fields, within the window. Where it has too little room the page goes up, as
  // far as the fields stay in view; the rest is scrolled inside. A small window has a sheet instead.
  const isSheet = () => getComputedStyle(panel).position === "fixed";
  const fit = () => {
    if (panel.hidden) return;
    const seen = panel.scrollTop, edge = 12, least = 160;
    panel.style.maxHeight = "";
    if (!isSheet()) {
      const missing = panel.getBoundingClientRect().bottom + edge - innerHeight;
      scrollBy(0, Math.min(Math.max(missing, 0), form.getBoundingClientRect().top - edge));
      panel.style.maxHeight = `${Math.max(innerHeight - edge - panel.getBoundingClientRect().top, least)}px`;
    }
    panel.scrollTop = seen;
  };
  new ResizeObserver(fit).observe(form);
  addEventListener("resize", fit);
  const close = (focused) => { asked++; panel.hidden = true; button.setAttribute("aria-expanded", "false"); focused?.focus(); };
  const show = async (query) => {
    const number = ++asked;
    const address = `${button.getAttribute("formaction")}?${query}`;
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    panel.setAttribute("aria-busy", "true");
    let fresh;
    try {
      const answer = await fetch(address, { headers: { accept: "text/html" } });
      fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      if (number === asked) location.assign(address);
      return;
    }
    if (number !== asked) return;
    const part = fresh.getElementById("prices") ?? fresh.getElementById("problem");
    if (!part) { location.assign(address); return; }
    panel.lastElementChild.innerHTML = part.innerHTML;
    panel.removeAttribute("aria-busy");
    panel.scrollTop = 0;
    fit();
    if (isSheet() || !dates.includes(document.activeElement)) {
      (panel.querySelector("[data-focus]") ?? panel).focus({ preventScroll: true });
    }
  };
  const ask = () => {
    const query = new URLSearchParams(new FormData(form));
    if (departure.value <= arrival.value) query.delete("departure");
    show(query);
  };
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", panel.id);
  button.addEventListener("click", (event) => {
    event.preventDefault();
    if (!panel.hidden) return close(button);
    if (!form.elements.place.value && !where.reportValidity()) return;
    opener = button;
    ask();
  });
  for (const date of dates) {
    date.addEventListener("click", (event) => {
      if (!where.value.trim() && !form.elements.place.value) return;
      event.preventDefault();
      opener = date;
      if (panel.hidden) ask();
    });
    date.addEventListener("change", debounce(() => { if (!panel.hidden) ask(); }, 400));
    date.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) close(date); });
  }
  document.addEventListener("click", (event) => {
    const path = event.composedPath();
    if (!panel.hidden && !path.includes(panel) && !path.includes(form)) close();
  });
  panel.firstElementChild.addEventListener("click", () => close(opener));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(opener); });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    arrival.value = event.submitter.value;
    if (departure.value <= arrival.value) departure.value = "";
    show(new URLSearchParams(new FormData(event.target, event.submitter)));
  });
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const query = new URL(link.href).searchParams;
    if (link.dataset.departure) {
      event.preventDefault();
      arrival.value = query.get("arrival");
      departure.value = link.dataset.departure;
      close(form.querySelector("[type=submit]"));
    } else if (link.pathname === button.getAttribute("formaction")) {
      event.preventDefault();
      show(query);
    }
  });
}

// The menu closes as people expect: by Escape, or by pressing beside it.
document.querySelectorAll(".menu").forEach((menu) => {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });
});

document.querySelectorAll("[data-live]").forEach(tellLive);
document.querySelectorAll("[data-suggestions]").forEach(suggestPlaces);
document.querySelectorAll("[data-ages]").forEach(askAges);
document.querySelectorAll("[data-panel]").forEach(showPrices);
document.querySelectorAll("[data-until]").forEach(countDown);
document.querySelectorAll("form[data-submit-on-change]").forEach((form) => {
  form.addEventListener("change", () => form.requestSubmit());
});
// What was sent when it was too much is sent again: under the same key, so never twice.
document.querySelectorAll("form[data-again]").forEach((form) => {
  setTimeout(() => form.requestSubmit(), Number(form.dataset.again) * 1000);
});
document.querySelectorAll("[data-reload-after]").forEach((element) => {
  setTimeout(() => location.reload(), Number(element.dataset.reloadAfter));
});
document.querySelector("[data-focus]")?.focus();
