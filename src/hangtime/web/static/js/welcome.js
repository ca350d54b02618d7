// A one-time link keeps its token behind #, which no browser sends and no log holds.  It is moved into
// the form and taken out of the address and the history; then the form is sent.
const form = document.querySelector("[data-one-time-link]");
const token = location.hash.slice(1);
if (form && token) {
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.requestSubmit();
}
