// What pages do better with scripts: nothing here is needed.
(() => {
  const enhance = (root) => {
    root.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const source = document.getElementById(button.dataset.copy);
        if (!source) return;
        await navigator.clipboard.writeText(source.textContent);
        button.classList.add("is-done");
        setTimeout(() => button.classList.remove("is-done"), 1500);
      });
    });
    // A part of a form that is there only while a box or a choice says so: data-when="name=value" or data-unless.
    root.querySelectorAll("[data-when], [data-unless]").forEach((part) => {
      const [name, value] = (part.dataset.when ?? part.dataset.unless).split("=");
      const form = part.closest("form");
      const inputs = form.querySelectorAll(`[name="${name}"]`);
      const show = () => {
        const holds = [...inputs].some((input) =>
          input.type === "checkbox" || input.type === "radio" ? input.checked && input.value === value : input.value === value);
        part.hidden = part.dataset.when !== undefined ? !holds : holds;
      };
      inputs.forEach((input) => input.addEventListener("change", show));
      show();
    });
  };
  document.addEventListener("DOMContentLoaded", () => {
    enhance(document);
    document.getElementById("mistakes")?.focus();
  });
  document.addEventListener("htmx:load", (event) => event.target !== document.body && enhance(event.target));
})();
