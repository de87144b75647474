/** `1 promo code`, `2 promo codes`. */
export function countThings(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const MOST_NAMED = 5;

/** The first few of a list, and how many more there are. */
export function nameFirst(names: readonly string[], between = ', '): string {
  const rest = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(between);
}
