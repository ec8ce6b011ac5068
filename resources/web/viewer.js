// Viewer of an exported model: pan, zoom, facts, opening groups, search. Names are text, never HTML.
'use strict';
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId('data').textContent);
  const {facts, labels, details} = data;
  const canvas = byId('canvas'), world = byId('world'), panel = byId('facts');
  const pictures = new Map([...world.children].map((g) => [g.dataset.detail, g]));
  const root = document.documentElement;
  const opened = [];
  const view = {x: 0, y: 0, k: 1};
  let detail = data.detail, selected = null, borders = 0;

  // ---- view: pan and zoom ------------------------------------------------------------------
  const boxOf = (element) => element.dataset.b.split(' ').map(Number);
  const apply = () => world.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.k})`);
  function zoomAt(x, y, factor) {
    const k = Math.min(8, Math.max(0.02, view.k * factor));
    view.x = x - (x - view.x) * k / view.k;
    view.y = y - (y - view.y) * k / view.k;
    view.k = k;
    apply();
  }
  function show([x, y, w, h], most) {
    const {width, height} = canvas.getBoundingClientRect();
    view.k = Math.max(0.02, Math.min(most, width / w, height / h));
    view.x = (width - w * view.k) / 2 - x * view.k;
    view.y = (height - h * view.k) / 2 - y * view.k;
    apply();
  }
  const fit = () => show(boxOf(pictures.get(detail)), 1);
  const middle = (factor) => {
    const {width, height} = canvas.getBoundingClientRect();
    zoomAt(width / 2, height / 2, factor);
  };
  function reveal([x, y, w, h]) {
    const {width, height} = canvas.getBoundingClientRect();
    const left = x * view.k + view.x, top = y * view.k + view.y;
    const isSeen = left >= 0 && top >= 0 && left + w * view.k <= width && top + h * view.k <= height;
    if (!isSeen) show([x - 40, y - 40, w + 80, h + 80], Math.max(view.k, 0.8));
  }

  const pointers = new Map();
  let moved = false;
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return {x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, d: Math.hypot(a[0] - b[0], a[1] - b[1]) || 1};
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, place(event));
    moved = false;
  });
  canvas.addEventListener('pointermove', (event) => {
    const from = pointers.get(event.pointerId);
    if (!from) return;
    const to = place(event);
    if (!moved && pointers.size === 1 && Math.hypot(to[0] - from[0], to[1] - from[1]) < 4) return;
    if (!moved) canvas.setPointerCapture(event.pointerId);
    moved = true;
    canvas.classList.add('dragging');
    const before = pointers.size === 2 ? spread() : null;
    pointers.set(event.pointerId, to);
    if (before) {
      const after = spread();
      zoomAt(before.x, before.y, after.d / before.d);
      view.x += after.x - before.x;
      view.y += after.y - before.y;
    } else {
      view.x += to[0] - from[0];
      view.y += to[1] - from[1];
    }
    apply();
  });
  for (const name of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(name, (event) => {
      pointers.delete(event.pointerId);
      canvas.classList.remove('dragging');
    });
  }
  canvas.addEventListener('wheel', (event) => {
    // Inside another page the wheel is the page's until the picture has been clicked.
    const isOurs = window.top === window || event.ctrlKey || event.metaKey || document.activeElement === canvas;
    if (!isOurs) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    zoomAt(...place(event), Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)));
  }, {passive: false});

  // ---- detail and open groups --------------------------------------------------------------
  const itemOf = (holder, target) => holder.querySelector(`:scope > [data-t="${CSS.escape(target)}"]`);
  const shift = (element) => {
    const holder = element.closest('.opened');
    return holder ? [Number(holder.dataset.dx), Number(holder.dataset.dy)] : [0, 0];
  };
  const absolute = (element) => {
    const [x, y, w, h] = boxOf(element), [dx, dy] = shift(element);
    return [x + dx, y + dy, w, h];
  };
  function setDetail(name) {
    closeAll();
    detail = name;
    for (const [key, picture] of pictures) picture.setAttribute('display', key === name ? 'inline' : 'none');
    for (const button of byId('details').children) button.setAttribute('aria-pressed', String(button.value === name));
    if (selected) select(selected, {keep: true});
  }
  function chain(target) {
    const all = [];
    for (let at = target; at && facts[at]; at = facts[at].up) all.push(at);
    return all;
  }
  const isContainer = (item) => item.matches('.frame, .panel');
  // The picture in which a closed group is drawn open, and the extent there. A block opens down to
  // its layers, all else by one step.
  function openForm(target) {
    const finer = details.slice(details.indexOf(detail) + 1);
    if (facts[target]?.kind === 'block') finer.reverse();
    for (const name of finer) {
      const picture = pictures.get(name), frame = itemOf(picture, target);
      if (frame && isContainer(frame)) return {picture, box: boxOf(frame)};
      const inside = [...picture.children].filter((item) => item.dataset.t !== target && chain(item.dataset.t).includes(target));
      if (inside.length > 1) {
        const boxes = inside.map(boxOf);
        const x = Math.min(...boxes.map((b) => b[0])) - 16, y = Math.min(...boxes.map((b) => b[1])) - 16;
        const right = Math.max(...boxes.map((b) => b[0] + b[2])), bottom = Math.max(...boxes.map((b) => b[1] + b[3]));
        return {picture, box: [x, y, right + 16 - x, bottom + 16 - y]};
      }
    }
    return null;
  }
  const canOpen = (target) => {
    const item = target && visible(target);
    return Boolean(item) && !isContainer(item) && facts[target]?.kind !== undefined && !isOpened(target) && openForm(target) !== null;
  };
  const isOpened = (target) => opened.some((each) => each.dataset.g === target);
  function make(parent, name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  }
  function open(target) {
    const item = visible(target), form = item && !isContainer(item) && !isOpened(target) && openForm(target);
    if (!form) return false;
    const [x, y, w, h] = form.box, [cx, cy, cw] = absolute(item);
    const dx = cx + cw / 2 - (x + w / 2), dy = cy - y;
    const holder = make(pictures.get(detail), 'g', {class: 'opened', transform: `translate(${dx} ${dy})`});
    Object.assign(holder.dataset, {g: target, dx, dy, b: form.box.join(' ')});
    make(holder, 'rect', {class: 'ground', x: x - 6, y: y - 6, width: w + 12, height: h + 12, rx: 10});
    // Tensors that come in or go out are cut off at the border.
    const name = `border-${borders += 1}`;
    make(make(holder, 'clipPath', {id: name}), 'rect', {x, y, width: w, height: h});
    for (const each of form.picture.children) {
      if (each.classList.contains('opened') || !each.dataset.b) continue;
      const [ex, ey, ew, eh] = boxOf(each);
      const isInside = ex >= x - 2 && ey >= y - 2 && ex + ew <= x + w + 2 && ey + eh <= y + h + 2;
      const crosses = each.matches('.edge, .shortcut') && ex < x + w && ey < y + h && ex + ew > x && ey + eh > y;
      const parent = isInside ? holder : crosses && make(holder, 'g', {'clip-path': `url(#${name})`});
      if (parent) parent.append(each.cloneNode(true));
    }
    const close = make(holder, 'g', {class: 'close', transform: `translate(${x + w + 2} ${y - 2})`, role: 'button', tabindex: 0, 'aria-label': `Close ${facts[target].title}`});
    make(close, 'circle', {r: 9});
    make(close, 'path', {d: 'M-3-3L3 3M3-3L-3 3'});
    opened.push(holder);
    select(target, {keep: true});
    reveal([x + dx - 10, y + dy - 14, w + 26, h + 26]);
    return true;
  }
  function close(target) {
    const index = opened.findIndex((each) => each.dataset.g === target);
    if (index < 0) return false;
    // What was opened later may lie inside.
    for (const holder of opened.splice(index)) {
      if (holder.dataset.g === target || chain(holder.dataset.g).includes(target)) holder.remove();
      else opened.push(holder);
    }
    if (selected) select(selected, {keep: true});
    return true;
  }
  function closeAll() {
    for (const holder of opened.splice(0)) holder.remove();
  }
  const toggle = (target) => close(target) || open(target);

  // ---- selection and facts -----------------------------------------------------------------
  function visible(target) {
    for (const holder of [...opened].reverse()) {
      const item = itemOf(holder, target);
      if (item) return item;
    }
    return itemOf(pictures.get(detail), target);
  }
  function shown(target) {
    for (const each of chain(target)) {
      const item = visible(each);
      if (item) return item;
    }
    return visible(target);
  }
  function select(target, {keep = false} = {}) {
    for (const old of canvas.querySelectorAll('.selection')) old.remove();
    selected = target;
    const item = target && shown(target);
    if (item) {
      const [x, y, w, h] = boxOf(item);
      const frame = make(item.parentNode, 'rect', {class: 'selection', x: x - 3, y: y - 3, width: w + 6, height: h + 6, rx: 8});
      frame.parentNode.insertBefore(frame, frame.parentNode.querySelector(':scope > .close'));
      if (!keep) reveal(absolute(item));
    }
    fill(target);
  }
  function add(parent, tag, text, className) {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    parent.append(element);
    return element;
  }
  function link(parent, target) {
    const button = add(parent, 'button', facts[target].title, 'link');
    button.addEventListener('click', () => find(target));
    return button;
  }
  function fill(target) {
    const fact = facts[target];
    panel.replaceChildren();
    panel.hidden = !fact;
    if (!fact) return;
    const top = add(panel, 'div', '', 'top');
    add(top, 'h2', fact.title);
    const hide = add(top, 'button', '×');
    hide.setAttribute('aria-label', 'Close the facts');
    hide.addEventListener('click', () => select(null));
    add(panel, 'p', fact.line);
    if (isOpened(target) || canOpen(target)) {
      const button = add(panel, 'button', isOpened(target) ? 'Close' : 'Open');
      button.id = 'toggle';
      button.addEventListener('click', () => { toggle(target); fill(target); });
    }
    const list = add(panel, 'dl', '');
    for (const [label, value, formula] of fact.rows) {
      add(list, 'dt', labels[label]);
      add(list, 'dd', value);
      if (formula) add(list, 'div', formula, 'formula');
    }
    const around = chain(target).slice(1);
    if (around.length) {
      add(panel, 'h3', 'Part of');
      for (const each of around) link(add(panel, 'div', ''), each);
    }
    const inside = data.children[target] || [];
    if (inside.length) add(panel, 'h3', 'Holds');
    for (const each of inside.slice(0, 200)) link(add(panel, 'div', ''), each);
  }
  // Select a target; where no item stands for it, at the first detail that draws it.
  function find(target) {
    if (!visible(target)) {
      const drawn = details.find((name) => itemOf(pictures.get(name), target));
      if (drawn) setDetail(drawn);
    }
    select(target);
  }
  const targetAt = (event) => event.target.closest('[data-t]')?.dataset.t;
  canvas.addEventListener('click', (event) => {
    if (moved) return;
    const button = event.target.closest('.close');
    if (button) close(button.parentNode.dataset.g);
    else select(targetAt(event) || null, {keep: true});
  });
  canvas.addEventListener('dblclick', (event) => {
    const target = targetAt(event);
    if (target) toggle(target);
  });
  canvas.addEventListener('pointerover', (event) => {
    const item = event.target.closest('[data-t]'), fact = item && facts[item.dataset.t];
    if (!fact || item.querySelector(':scope > title')) return;
    const title = make(item, 'title', {});
    title.textContent = fact.tip;
    item.prepend(title);
  });

  // ---- header ------------------------------------------------------------------------------
  for (const button of byId('details').children) {
    button.addEventListener('click', () => { setDetail(button.value); fit(); });
  }
  byId('out').addEventListener('click', () => middle(1 / 1.25));
  byId('in').addEventListener('click', () => middle(1.25));
  byId('fit').addEventListener('click', fit);
  byId('theme').addEventListener('click', () => {
    const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = isDark ? 'light' : 'dark';
  });
  const search = byId('search'), found = byId('found');
  function list() {
    const words = search.value.trim().toLowerCase();
    found.replaceChildren();
    if (!words) return;
    const isHit = ([target, fact]) => /^[gc]:/.test(target) && `${fact.title} ${target.slice(2)} ${fact.line}`.toLowerCase().includes(words);
    const starts = ([, fact]) => fact.title.toLowerCase().startsWith(words) ? 0 : 1;
    const hits = Object.entries(facts).filter(isHit).sort((a, b) => starts(a) - starts(b));
    for (const [target, fact] of hits.slice(0, 30)) {
      const button = add(add(found, 'li', ''), 'button', `${fact.title}  ·  ${fact.line}`);
      button.addEventListener('click', () => { found.replaceChildren(); find(target); });
    }
    if (!hits.length) add(found, 'li', 'nothing found');
  }
  search.addEventListener('input', list);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') found.querySelector('button')?.click();
    if (event.key === 'Escape') { search.value = ''; list(); canvas.focus(); }
    event.stopPropagation();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Tab') root.dataset.keys = 'true'; // show where the focus is
    const step = {ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60]}[event.key];
    const holder = document.activeElement?.closest?.('.close')?.parentNode;
    if (step && document.activeElement === canvas) { view.x += step[0]; view.y += step[1]; apply(); }
    else if (event.key === '/') search.focus();
    else if (event.key === '+' || event.key === '=') middle(1.25);
    else if (event.key === '-') middle(1 / 1.25);
    else if (event.key === 'f' || event.key === 'F' || event.key === '0') fit();
    else if (event.key === 'Escape') { if (opened.length) close(opened.at(-1).dataset.g); else select(null); }
    else if (event.key === 'Enter' && holder) close(holder.dataset.g);
    else if (event.key === 'Enter' && selected && document.activeElement === canvas) toggle(selected);
    else if (details[Number(event.key) - 1]) { setDetail(details[Number(event.key) - 1]); fit(); }
    else return;
    event.preventDefault();
  });

  for (const text of world.querySelectorAll('text')) text.setAttribute('lengthAdjust', 'spacingAndGlyphs');
  canvas.removeAttribute('viewBox');
  setDetail(detail);
  fit();
  let size = canvas.getBoundingClientRect().width;
  new ResizeObserver(() => {
    const now = canvas.getBoundingClientRect().width;
    if (!size && now) fit(); // the frame was hidden until now
    size = now;
  }).observe(canvas);
  root.dataset.ready = 'true';
})();
