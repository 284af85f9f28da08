/** Where localStorage keeps what was looked at: app/view.ts. */
export const KEPT = "aeroplane.view";
