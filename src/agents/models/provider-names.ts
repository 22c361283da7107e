/** What is known of providers without their packages, which take their time to load. */

export interface ProviderSettings {
  readonly base_url?: string | undefined;
  readonly api_key?: string | undefined;
}

/** The provider of a model that names none. */
export const compatibleProvider = 'openai-compatible';

/** Where the providers that have a package of their own document their key to be. */
export const keyVariables = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
} as const;
