/** Logical ids of what belongs to a step or a service; the names hold only a-z, 0-9 and "-". */
export const ruleId = (step: string) => `${pascalCase(step)}Rule`;
export const permissionId = (step: string) => `${pascalCase(step)}RulePermission`;
export const grantsId = (service: string) => `${pascalCase(service)}Grants`;
export const alarmId = (name: string, step = '') => `${pascalCase(step)}${pascalCase(name)}Alarm`;

function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
