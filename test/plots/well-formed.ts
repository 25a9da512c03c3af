/** Name of the root of an XML document whose elements and texts are as they must be; throws if they are not. */
export function wellFormed(xml: string): string {
  const open: string[] = [];
  let root = '';
  const rest = xml.replace(
    /<(\/?)([\w-]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g,
    (_, end, name: string, __, alone) => {
      if (end === '/') {
        if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      } else if (alone !== '/') {
        if (open.length === 0) root += name;
        open.push(name);
      }
      return '';
    },
  );
  if (open.length > 0) throw new Error(`<${open.join('><')}> stays open`);
  const wrong = /[<>]|&(?!amp;|lt;|gt;|quot;)|[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.exec(
    rest,
  );
  if (wrong !== null) throw new Error(`${JSON.stringify(wrong[0])} has no place in XML`);
  return root;
}
