// Improvements of the form of a flow: it is checked while somebody types, and what is typed survives a lost connection.
// Everything works without them.

const PREFIX = "flow-draft:";
const form = document.getElementById("editor");

// What was saved needs no draft any more.
for (const mark of document.querySelectorAll("[data-forget-drafts]")) {
  for (const name of mark.dataset.forgetDrafts.split(" ")) remember(name, null);
}

if (form) start(form);

function remember(name, values) {
  try {
    if (values) localStorage.setItem(PREFIX + name, JSON.stringify(values));
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // The browser keeps nothing: then only the page has it.
  }
}

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

// The fields of the form by name. The secret of the session is not kept.
function valuesOf(form) {
  const values = Object.fromEntries(new FormData(form));
  delete values.form_key;
  return values;
}

function start(form) {
  const draft = form.dataset.draft;
  const offline = document.querySelector("[data-offline]");
  let asked = 0; // The number of the latest check: an answer to an earlier one is late, and is dropped.
  let timer;

  restore().then(() => {
    // The first mail is shown at once.
    const button = form.querySelector("[data-mail]");
    if (button) form.requestSubmit(button);
  });
  form.addEventListener("input", (event) => {
    remember(draft, valuesOf(form));
    if (event.target.name === "preview_language") return;
    clearTimeout(timer);
    timer = setTimeout(check, 350);
  });
  for (const link of document.querySelectorAll("[data-drop-draft]")) {
    link.addEventListener("click", () => remember(draft, null));
  }
  form.addEventListener("click", (event) => {
    // A frame does not come into view by itself, on a phone.
    if (!event.target.closest("[data-mail]")) return;
    const frame = form.querySelector("iframe[name=mail]");
    const box = frame.getBoundingClientRect();
    if (box.top > innerHeight - 100 || box.bottom < 100) frame.scrollIntoView({ block: "center" });
  });

  async function send(values) {
    const body = new URLSearchParams(values);
    body.set("form_key", form.elements.form_key.value);
    const response = await fetch(values.check ? form.action : form.dataset.check, { method: "POST", body });
    if (!response.ok) throw new Error(String(response.status));
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  async function check() {
    const number = ++asked;
    try {
      const page = await send(valuesOf(form));
      if (number !== asked) return;
      offline.hidden = true;
      show(page);
    } catch (problem) {
      if (number === asked && problem instanceof TypeError) offline.hidden = false;
    }
  }

  function show(page) {
    const problems = {};
    for (const item of page.querySelectorAll("[data-problem]")) {
      const text = item.querySelector("bdi").textContent;
      problems[item.dataset.problem] = [problems[item.dataset.problem], text].filter(Boolean).join(" ");
    }
    document.getElementById("checked").replaceChildren(...page.body.childNodes);
    for (const place of form.querySelectorAll(".field-problem")) {
      const name = place.id.slice("problem-".length);
      const field = form.elements[name];
      // The limits of the shop are checked when they are saved.
      if (!field || `was_${name}` in form.elements) continue;
      place.textContent = problems[name] ?? "";
      if (problems[name]) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }

  async function restore() {
    if ("typed" in form.dataset) {
      // The page is the answer to a button: it has what was typed.
      remember(draft, valuesOf(form));
      return;
    }
    const typed = kept(draft);
    if (!typed) return;
    const now = valuesOf(form);
    const names = new Set([...Object.keys(typed), ...Object.keys(now)]);
    names.delete("version");
    names.delete("preview_language");
    if ([...names].every((name) => (typed[name] ?? "").replaceAll("\r\n", "\n") === (now[name] ?? "").replaceAll("\r\n", "\n"))) return;
    if (Object.keys(typed).some((name) => !(name in now)) || Object.keys(now).some((name) => !(name in typed))) {
      // It has other steps, or is a text: the server makes the form for it.
      try {
        const page = await send({ ...typed, check: "1" });
        const other = page.getElementById("editor");
        form.replaceChildren(...other.childNodes);
      } catch {
        return;
      }
    } else {
      for (const [name, value] of Object.entries(typed)) {
        if (name in form.elements && name !== "version") form.elements[name].value = value;
      }
      check();
    }
    // Saved over a version that the draft does not know, the conflict is shown.
    if (typed.version) form.elements.version.value = typed.version;
    const notice = document.querySelector("[data-draft-notice]");
    notice.hidden = false;
    notice.querySelector("[data-draft-discard]").addEventListener("click", () => {
      remember(draft, null);
      location.reload();
    });
  }
}
