/** A part that is missing at start: one clear line for the operator. */
export class StartError extends Error {}
