/** How far updates go by themselves, least first. Without typebox, which the web app does not load for a list of words. */
export const updateModes = ['none', 'patch', 'minor', 'all'] as const;
