"use strict";
const find = document.querySelector("#find");
const field = find.querySelector("input");
const groups = [...document.querySelectorAll("details")];
const letters = [...document.querySelectorAll("li")].map((item) => ({ item, text: item.textContent.toLowerCase() }));
const none = document.querySelector("#none");
const frame = document.querySelector("iframe");
const wide = window.matchMedia("(min-width: 821px)");
const asFound = groups.map((group) => group.open);

const search = () => {
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { item, text } of letters) {
    const whole = `${text} ${item.closest("details").dataset.name}`;
    item.hidden = !wanted.every((word) => whole.includes(word));
  }
  groups.forEach((group, place) => {
    const left = group.querySelectorAll("li:not([hidden])").length;
    group.hidden = left === 0;
    group.open = wanted.length ? left > 0 : asFound[place];
    group.querySelector(".n").textContent = left.toLocaleString("en");
  });
  none.hidden = groups.some((group) => !group.hidden);
};

const show = (event) => {
  const link = event.target.closest("li a");
  if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.querySelector(".here")?.classList.remove("here");
  link.classList.add("here");
  frame.src = link.getAttribute("href");
  frame.hidden = false;
};

find.hidden = false;
field.addEventListener("input", search);
document.querySelector(".scroll").addEventListener("click", show);
if (wide.matches) document.querySelector("details[open] li a")?.click();
