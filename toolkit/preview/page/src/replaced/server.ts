/** Stands in for react-dom/server: nothing here is rendered to text. */
export const renderToStaticMarkup = (): string => '';
export default { renderToStaticMarkup };
