/**
 * GraphiQL gives the role "tab" to a list item that has two buttons: one shows the tab, one closes it. A tab must not
 * contain other controls. Here the items are those of a list, and the button of the open tab says that it is current.
 */
export function repairTabs(container: HTMLElement): () => void {
  const repair = () => {
    for (const item of container.querySelectorAll<HTMLElement>(".graphiql-tab[role], .graphiql-tab[aria-selected]")) {
      item.parentElement?.removeAttribute("role");
      item.querySelector(".graphiql-tab-button")?.setAttribute("aria-current", String(item.ariaSelected === "true"));
      item.removeAttribute("role");
      item.removeAttribute("aria-selected");
    }
  };
  const observer = new MutationObserver(repair);
  observer.observe(container, { subtree: true, childList: true, attributeFilter: ["role", "aria-selected"] });
  repair();
  return () => observer.disconnect();
}
