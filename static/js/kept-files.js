// Files on their way, kept in this browser until they are on the desk, so that a reload goes on by itself. Logging out
// empties it (Clear-Site-Data). Without IndexedDB nothing is kept and nothing breaks. Not here: the sending (desk.js).

const NAME = "portal-uploads";
const TABLE = "files";
const LIFE = 24 * 60 * 60 * 1000; // as long as the server keeps the pieces

function opened() {
  return new Promise((resolve) => {
    try {
      const request = window.indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

function done(request) {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      resolve(null);
    };
  });
}

export class KeptFiles {
  constructor(desk) {
    this.desk = desk;
    this.database = opened();
  }

  async #table(mode) {
    const database = await this.database;
    return database?.transaction(TABLE, mode).objectStore(TABLE);
  }

  // True when the file will survive a reload.
  async put(item) {
    try {
      const { id, file, path, batch, url, slot } = item;
      const table = await this.#table("readwrite");
      return table ? (await done(table.put({ id, file, path, batch, url, slot, desk: this.desk, at: Date.now() }))) !== null : false;
    } catch {
      return false;
    }
  }

  async drop(item) {
    try {
      const table = await this.#table("readwrite");
      if (table) await done(table.delete(item.id));
    } catch {
      // kept a little longer; its time runs out
    }
  }

  async all() {
    try {
      const table = await this.#table("readwrite");
      const rows = table ? ((await done(table.getAll())) ?? []) : [];
      const old = rows.filter((row) => Date.now() - row.at > LIFE);
      for (const row of old) await this.drop(row);
      return rows.filter((row) => row.desk === this.desk && !old.includes(row));
    } catch {
      return [];
    }
  }
}
