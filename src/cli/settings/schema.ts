import type { Settings } from './setting.js';

/** What editors need to know to complete and check unrolled.config.json: a JSON schema. */
export function configSchema(commands: ReadonlyMap<string, Settings>): Record<string, unknown> {
  const sections = [...commands].map(([name, settings]) => [name, section(name, settings)] as const);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'unrolled.config.json',
    description:
      'Settings of the command unrolled, by command. Flags and UNROLLED_* variables go before them.',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(sections) },
  };
}

function section(command: string, settings: Settings): Record<string, unknown> {
  const properties = Object.entries(settings).map(([name, { kind, about, fallback }]) => {
    const isKnown = fallback !== undefined && !(Array.isArray(fallback) && fallback.length === 0);
    return [name, { ...kind.schema, description: about, ...(isKnown ? { default: fallback } : {}) }] as const;
  });
  return {
    description: `Settings of unrolled ${command}`,
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}
