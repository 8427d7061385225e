/** CPU time of this process so far, in ms: what a computation costs, whatever else the machine does meanwhile. */
export function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
