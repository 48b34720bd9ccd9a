// Photos: drag one to another place (the buttons do the same), and say before sending that the
// files are too heavy together. The page works without this.

function dragToOrder(form) {
  const list = form.querySelector("ol");
  const status = form.querySelector("[data-order-status]");
  form.querySelector("[data-drag-hint]").hidden = false;
  const cards = () => [...list.children];
  let held = null;
  const send = async () => {
    const body = new URLSearchParams({
      _csrf_token: form.elements._csrf_token.value,
      act: "order",
      order: cards().map((card) => card.dataset.photo).join(","),
    });
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    const kept = answer && (answer.ok || answer.type === "opaqueredirect");
    status.textContent = kept ? status.dataset.saved : status.dataset.failed;
    status.classList.toggle("visually-hidden", kept);
  };
  for (const card of cards()) {
    const frame = card.querySelector(".photo-frame");
    frame.draggable = true;
    frame.addEventListener("dragstart", (event) => {
      held = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.dataset.photo);
      card.classList.add("held");
    });
    frame.addEventListener("dragend", () => { card.classList.remove("held"); held = null; });
    card.addEventListener("dragover", (event) => {
      if (!held || held === card) return;
      event.preventDefault();
      const all = cards();
      card[all.indexOf(held) < all.indexOf(card) ? "after" : "before"](held);
    });
  }
  list.addEventListener("dragover", (event) => { if (held) event.preventDefault(); });
  list.addEventListener("drop", (event) => { if (held) { event.preventDefault(); send(); } });
}

function weighBeforeSending(form) {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    const sum = [...input.files].reduce((bytes, file) => bytes + file.size, 0);
    input.setCustomValidity(sum > Number(input.dataset.sumMax) ? input.dataset.tooHeavy : "");
    input.reportValidity();
  });
}

document.querySelectorAll("form[data-photos]").forEach(dragToOrder);
document.querySelectorAll("form[data-upload]").forEach(weighBeforeSending);
