/** Local time of day, as in logs: `02:41`. */
export function minuteText(time: number): string {
  const at = new Date(time);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `02:41:07`; with the day where that is not `now`'s: `28 Feb 02:41:07`. */
export function secondText(time: number, now = time): string {
  const at = new Date(time);
  const clock = `${minuteText(time)}:${two(at.getSeconds())}`;
  return sameDay(at, new Date(now)) ? clock : `${at.getDate()} ${MONTHS[at.getMonth()] ?? ''} ${clock}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
