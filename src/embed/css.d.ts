/** A stylesheet, as the bundler puts it in: minified text. */
declare module '*.css' {
  const text: string;
  export default text;
}
