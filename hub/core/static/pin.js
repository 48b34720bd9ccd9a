// A map on which a pin is put: touch, drag, or type the coordinates beside it.

function watchMap(svg) {
  const form = svg.closest("form");
  const lat = form.querySelector("[data-pin-lat]");
  const lng = form.querySelector("[data-pin-lng]");
  const pin = svg.querySelector("[data-pin]");
  const tools = form.querySelector("[data-pin-tools]");
  const { lat0, lng0, perLat, perLng } = Object.fromEntries(Object.entries(svg.dataset).map(([name, text]) => [name, Number(text)]));
  const full = svg.viewBox.baseVal;
  const [width, height] = [full.width, full.height];
  let zoom = 1;
  const placeOf = (element) => element.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  // Names and the pin are as large on a small map as on a large one.
  const size = () => (zoom * width) / Math.max(svg.clientWidth, 1);
  const put = (element, x, y) => element.setAttribute("transform", `translate(${x} ${y}) scale(${size()})`);
  const redraw = () => svg.querySelectorAll("[data-fixed]").forEach((element) => put(element, ...placeOf(element)));
  const centre = (x, y) => svg.setAttribute("viewBox", `${x - (width * zoom) / 2} ${y - (height * zoom) / 2} ${width * zoom} ${height * zoom}`);
  const typed = () => {
    const [a, b] = [lat, lng].map((field) => Number(field.value.replace(",", ".")));
    if (!lat.value || !lng.value || Number.isNaN(a) || Number.isNaN(b)) return;
    put(pin, (b - lng0) * perLng + width / 2, (lat0 - a) * perLat + height / 2);
  };
  const move = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    put(pin, at.x, at.y);
    lat.value = (lat0 - (at.y - height / 2) / perLat).toFixed(5);
    lng.value = (lng0 + (at.x - width / 2) / perLng).toFixed(5);
  };
  svg.addEventListener("click", move);
  pin.addEventListener("pointerdown", (event) => { event.preventDefault(); pin.setPointerCapture(event.pointerId); });
  pin.addEventListener("pointermove", (event) => { if (pin.hasPointerCapture(event.pointerId)) move(event); });
  [lat, lng].forEach((field) => field.addEventListener("input", typed));
  new ResizeObserver(redraw).observe(svg);
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const factor = Number(event.target.dataset?.zoom);
    if (!factor) return;
    zoom = Math.min(Math.max(zoom * factor, 1 / 32), 4);
    redraw();
    centre(...placeOf(pin));
  });
}

document.querySelectorAll("[data-pin-map]").forEach(watchMap);
