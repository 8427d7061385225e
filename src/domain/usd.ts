/** Dollars as tables show them: `$0.42`, `$1,204.10`; `-` where unknown. */
export function usdText(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return '-';
  const [whole = '', cents = ''] = Math.abs(usd).toFixed(2).split('.');
  return `${usd < 0 ? '-' : ''}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}
