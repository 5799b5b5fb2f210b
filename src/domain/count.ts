const thousands = new Intl.NumberFormat('en-GB');

/** 5000 -> "5,000". */
export function formatNumber(number: number): string {
  return thousands.format(number);
}

/** (1, 'seat') -> "1 seat", (5000, 'seat') -> "5,000 seats". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${formatNumber(number)} ${number === 1 ? one : many}`;
}
