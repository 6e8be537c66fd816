// Random choices from a printed seed (mulberry32), so that a failing run can be repeated.

export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** At least 0, below 1. */
  unit() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `least` to `most`. */
  whole(least, most) {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  pick(items) {
    return items[this.whole(0, items.length - 1)];
  }
}
