let changes = 0;

/** Notes a change of how operations behave: training or evaluation, what requires gradients. */
export function noteModeChange(): void {
  changes += 1;
}

/** How many such changes there were: whoever relies on none compares two of these. */
export const modeChanges = (): number => changes;
