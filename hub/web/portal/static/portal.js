// Comfort on top of pages that work without it.
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const summary = one("#errores");
  if (summary) summary.focus();

  // The first tap locks the button; the server would not mind a second one.
  for (const form of all("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      const shown = form.querySelector("button[data-busy]");
      if (!shown) return;
      shown.dataset.idle = shown.textContent;
      shown.textContent = shown.dataset.busy;
      shown.setAttribute("aria-busy", "true");
    });
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      const shown = form.querySelector("button[data-busy]");
      if (!shown || !shown.dataset.idle) continue;
      shown.textContent = shown.dataset.idle;
      shown.removeAttribute("aria-busy");
    }
  });

  const rfc = one("#rfc");
  const regimen = one("#regimen_fiscal");
  const uso = one("#uso_cfdi");
  const PERSONS = { 12: ["moral", "Empresa"], 13: ["fisica", "Persona física"] };
  const person = () => PERSONS[rfc.value.length] || ["", ""];

  const cleanRfc = () => {
    const clean = (text) => text.toUpperCase().replace(/[\s\-_.]/g, "");
    const caret = clean(rfc.value.slice(0, rfc.selectionStart)).length;
    const value = clean(rfc.value);
    if (value === rfc.value) return;
    rfc.value = value;
    rfc.setSelectionRange(caret, caret);
  };

  // Options come and go with the RFC. Hidden options still show on some phones, so they are taken out and put back.
  const listOf = (select) => {
    const every = one(`template[data-every="${select.id}"]`);
    if (every) {
      const chosen = select.value;
      for (const group of select.querySelectorAll("optgroup")) group.remove();
      select.append(every.content);
      select.value = chosen;
    }
    const groups = [...select.querySelectorAll("optgroup")].map((group) => [group, [...group.children]]);
    return { select, groups, wanted: select.value };
  };
  const limit = (list, keepsGroup, keepsOption) => {
    for (const [group, options] of list.groups) {
      const kept = keepsGroup(group) ? options.filter(keepsOption) : [];
      group.replaceChildren(...kept);
      if (kept.length) list.select.append(group);
      else group.remove();
    }
    const options = [...list.select.options];
    list.select.selectedIndex = Math.max(0, options.findIndex((option) => option.value === list.wanted));
  };

  if (rfc && regimen && uso) {
    const regimenes = listOf(regimen);
    const usos = listOf(uso);
    const allowed = (option) => {
      if (!regimen.value) return true;
      const pairs = option.dataset.onlyFor.split(" ");
      const own = person()[0];
      return own ? pairs.includes(`${own}-${regimen.value}`) : pairs.some((pair) => pair.endsWith(`-${regimen.value}`));
    };
    const follow = () => {
      const [kind, label] = person();
      one("#rfc-tipo").textContent = label;
      limit(regimenes, (group) => !kind || group.dataset.person === kind, () => true);
      limit(usos, () => true, allowed);
    };
    rfc.addEventListener("input", () => {
      cleanRfc();
      follow();
    });
    for (const list of [regimenes, usos]) {
      list.select.addEventListener("change", () => {
        list.wanted = list.select.value;
        follow();
      });
    }
    follow();
  }

  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copiado";
    });
  }

  const share = one("[data-share]");
  const probe = share && new File([""], "factura.pdf", { type: "application/pdf" });
  if (share && navigator.canShare && navigator.canShare({ files: [probe] })) {
    share.hidden = false;
    share.addEventListener("click", async () => {
      const answer = await fetch(share.dataset.share);
      if (!answer.ok) return;
      const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") || "");
      const file = new File([await answer.blob()], named ? named[1] : "factura.pdf", { type: "application/pdf" });
      await navigator.share({ files: [file] }).catch(() => undefined);
    });
  }

  const progress = one("[data-progress]");
  if (progress) {
    const url = progress.dataset.progress;
    const patience = Number(progress.dataset.patience || Infinity) * 1000;
    const born = Date.now();
    const look = async () => {
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (answer.status === 404) return location.replace(url);
        const { stage } = await answer.json();
        if (stage !== "working" || Date.now() - born > patience) return location.replace(url);
      } catch { /* offline for a moment: the next look will tell */ }
      setTimeout(look, Number(progress.dataset.every) * 1000);
    };
    setTimeout(look, Number(progress.dataset.every) * 1000);
  }
})();
