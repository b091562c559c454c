// What pages do better with a script; all of it works without.

const field = document.querySelector("[data-suggest]");
if (field) {
  const list = document.getElementById(field.getAttribute("list"));
  let waiting = 0;
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    const start = field.value.trim();
    if (!start) return list.replaceChildren();
    waiting = setTimeout(async () => {
      const turn = ++asked;
      const lang = document.documentElement.lang.slice(0, 2);
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(start)}&lang=${lang}`);
      if (!answer.ok || turn !== asked) return;
      const { suggestions } = await answer.json();
      list.replaceChildren(...suggestions.map((text) => new Option(text, text)));
    }, 120);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    field.focus();
  });
}

const keepOpen = (was, is) => {
  is.open = was.open;
  const more = is.querySelector(".more");
  if (more) more.open ||= was.querySelector(".more")?.open ?? false;
};

// A ticked filter asks at once; the answers and the counts change in place, the focus stays.
const replace = async (address) => {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement;
  const place = focused?.name && { name: focused.name, value: focused.value };
  for (const part of [".ask", ".filters", "#answers"]) {
    const [was, is] = [document.querySelector(part), page.querySelector(part)];
    if (!was || !is) return location.assign(address);
    if (part === ".filters") keepOpen(was, is);
    if (part !== ".ask") was.replaceWith(is);
  }
  document.title = page.title;
  listen();
  if (place) {
    const same = [...document.querySelectorAll(".filters input")].find(
      (input) => input.name === place.name && input.value === place.value,
    );
    same?.focus();
  }
};

const listen = () => {
  const form = document.querySelector("[data-live]");
  form?.addEventListener("change", () => {
    const values = [...new FormData(form)].filter(([, value]) => value);
    const address = `/search?${new URLSearchParams(values)}`;
    history.pushState(null, "", address);
    replace(address);
  });
};
listen();
addEventListener("popstate", () => location.reload());

const fold = document.querySelector("[data-fold]");
if (fold && matchMedia("(max-width: 52rem)").matches) fold.open = false;
