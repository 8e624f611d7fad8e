/** Stands in for packages of editors and maps, which @grafana/ui imports and no panel here uses. */
const nothing: unknown = new Proxy(function nothing() {}, {
  get: () => nothing,
  apply: () => nothing,
  construct: () => ({}),
});
export default nothing;
export const loader = nothing;
export const Editor = nothing;
export const DiffEditor = nothing;
export const useMonaco = nothing;
export const languages = nothing;
export const editor = nothing;
export const KeyCode = nothing;
export const KeyMod = nothing;
