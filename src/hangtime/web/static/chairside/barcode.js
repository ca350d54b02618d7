// A drug's barcode from a keyboard scanner or from a picture.  The service reads both; a picture is
// sent as gray points and kept nowhere.
const MOST_POINTS = 950000;
const SEPARATOR = "\u241d"; // shown for the group separator, which a field of text drops

export function readsBarcodes(document, visit) {
  const show = (root) => { for (const each of root.querySelectorAll("[data-photo]")) each.hidden = false; };
  show(document);
  document.addEventListener("htmx:after:swap", () => show(document));
  document.addEventListener("keydown", (event) => {
    const code = event.target.closest?.("[data-code]");
    if (!code) return;
    if (event.key === "\u001d" || (event.ctrlKey && event.key === "]")) {
      event.preventDefault();
      code.setRangeText(SEPARATOR, code.selectionStart, code.selectionEnd, "end");
    } else if (event.key === "Enter") {
      event.preventDefault();
      typed(code, visit);
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-read]");
    if (!button) return;
    event.preventDefault();
    typed(button.closest("[data-barcode]").querySelector("[data-code]"), visit);
  });
  document.addEventListener("change", (event) => {
    const file = event.target.matches?.("[data-photo] input") && event.target.files[0];
    if (file) pictured(event.target.closest("[data-barcode]"), file, visit);
  });
}

async function typed(code, visit) {
  const place = code.closest("[data-barcode]");
  if (!code.value.trim()) return says(place, "Scan or type the barcode first.");
  const body = new URLSearchParams([["drug_prepared.barcode", code.value]]);
  await reads(place, `/visits/${visit}/barcode`, body, "It will be read when the connection is back.");
}

async function pictured(place, file, visit) {
  says(place, "Reading the picture.");
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return says(place, "That is no picture.", true);
  const path = `/visits/${visit}/barcode/picture`;
  const whole = new Blob([graymap(bitmap, 1)], { type: "image/x-portable-graymap" });
  const lost = "No connection: type what is printed beneath it.";
  if (await reads(place, path, whole, lost)) return;
  // A small symbol in a large picture: once more with the middle alone, which keeps its points.
  const middle = new Blob([graymap(bitmap, 0.5)], { type: "image/x-portable-graymap" });
  await reads(place, path, middle, lost);
}

function graymap(bitmap, part) {
  const [wide, high] = [bitmap.width * part, bitmap.height * part];
  const scale = Math.min(1, Math.sqrt(MOST_POINTS / (wide * high)));
  const [width, height] = [Math.floor(wide * scale), Math.floor(high * scale)];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, (bitmap.width - wide) / 2, (bitmap.height - high) / 2, wide, high, 0, 0, width, height);
  const points = context.getImageData(0, 0, width, height).data;
  const head = new TextEncoder().encode(`P5 ${width} ${height} 255\n`);
  const gray = new Uint8Array(head.length + width * height);
  gray.set(head);
  for (let n = 0; n < width * height; n += 1) {
    gray[head.length + n] = (points[4 * n] * 77 + points[4 * n + 1] * 151 + points[4 * n + 2] * 28) >> 8;
  }
  return gray;
}

async function reads(place, path, body, lost) {
  let answer;
  try {
    const response = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
    answer = await response.json();
  } catch {
    says(place, lost);
    return true;
  }
  if (!answer.fields) {
    says(place, `Not read: ${answer.error ?? answer.title}.`, true);
    return false;
  }
  fills(place.closest("form"), answer.fields);
  says(place, ["Read. Compare it with the package.", ...answer.remarks].join(" "));
  for (const each of answer.readings) place.querySelector("[data-says]").append(chooses(place, each));
  return true;
}

function fills(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    let field = form.elements[`drug_prepared.${name}`];
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: `drug_prepared.${name}` });
      form.append(field);
    }
    field.value = value;
  }
}

function chooses(place, reading) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: reading });
  button.addEventListener("click", () => {
    fills(place.closest("form"), { ndc: reading });
    says(place, `NDC ${reading}.`);
  });
  return button;
}

function says(place, words, isWrong = false) {
  const said = document.createElement("p");
  said.textContent = words;
  if (isWrong) said.className = "wrong";
  place.querySelector("[data-says]").replaceChildren(said);
}
