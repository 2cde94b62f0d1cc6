/** The look of the page: that of the reader's system, light or dark. */
export const pageStyle = `
:root { color-scheme: light dark; --line: light-dark(#d5d9de, #3c4148); --soft: light-dark(#5a626b, #a4acb5);
  --good: light-dark(#1a7438, #5cc585); --bad: light-dark(#b3261e, #ff8a80); --back: light-dark(#f6f7f9, #1e2126); }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1.5rem; max-width: 72rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-top: 1.5rem; }
.verdict { font-weight: 600; } .valid { color: var(--good); } .invalid { color: var(--bad); }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; } dt { color: var(--soft); } dd { margin: 0; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid; }
table { border-collapse: collapse; min-width: 50%; } caption { text-align: start; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: start; vertical-align: top; padding: .3rem .7rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--back); } .number { text-align: end; font-variant-numeric: tabular-nums; }
code { font: .9em ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.soft { color: var(--soft); } a { color: inherit; }
`;
