// Nothing: what starting Bun costs by itself.
export {};
