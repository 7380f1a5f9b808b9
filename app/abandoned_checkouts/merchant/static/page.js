// Improvements for browsers with scripts. Every page works without them.

// Links that were shared before GraphiQL had an address of its own.
if (location.pathname === "/" && /^#(query|variables)=/.test(location.hash)) location.replace("/graphiql" + location.hash);

// Copies the text of the element that a button names.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without https, browsers have no clipboard: select the text instead.
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
      return;
    }
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 2000);
  });
}

// Reloads a part of the page until the server says that it is complete.
for (const part of document.querySelectorAll("[data-refresh]")) {
  const again = async () => {
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!fresh) return;
      part.replaceChildren(...fresh.childNodes);
      if (!("refresh" in fresh.dataset)) return;
    } catch {
      // The connection is lost: try again.
    }
    setTimeout(again, 1500);
  };
  setTimeout(again, 1000);
}

// What was typed stays in this tab until the form is sent, so that a lost connection loses nothing.
for (const field of document.querySelectorAll("textarea[data-keep]")) {
  const key = `kept:${location.pathname}:${field.name}`;
  if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  field.form?.addEventListener("submit", () => {
    if (navigator.onLine) sessionStorage.removeItem(key);
  });
}

// The box above a list selects all of its rows.
for (const all of document.querySelectorAll("input[data-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
  });
}

// A colour can be chosen beside the field with its code.
for (const chooser of document.querySelectorAll("input[data-color]")) {
  const field = document.getElementById(chooser.dataset.color);
  const show = () => (chooser.value = /^#[0-9a-f]{6}$/i.test(field.value) ? field.value : field.placeholder);
  chooser.hidden = false;
  show();
  field.addEventListener("input", show);
  chooser.addEventListener("input", () => (field.value = chooser.value));
}
