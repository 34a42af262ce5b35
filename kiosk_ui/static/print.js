// One button prints the page; what belongs to the screen only is left out by its style.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
});
