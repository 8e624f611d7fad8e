/** Unit tests of what needs no browser. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Its modules import folders, as bundlers allow and Node does not.
    server: { deps: { inline: [/@grafana/] } },
  },
});
