import { canSet, setsAnswers } from "../../shapes/shapes.ts";
import { TextArea } from "../../ui/field.tsx";
import { TwoWays, useField, type FieldsProps } from "./field-props.tsx";

/** How a site answers for its files, and for what it does not have. */
export function SiteAnswerFields(props: FieldsProps) {
  const field = useField(props);
  const { traits } = props;
  if (!setsAnswers(traits)) return null;
  return (
    <>
      {canSet(traits, "spa") && <TwoWays {...props} label="A page that is not there" of="spa" no="Not found" yes="index.html" hint="With index.html an app of one page finds /users/1 by itself. A script or picture that is missing is not found either way." />}
      {canSet(traits, "cleanUrls") && <TwoWays {...props} label="Addresses without .html" of="cleanUrls" no="Not found" yes="Found" hint="Whether /about is answered with about.html." />}
      {canSet(traits, "dotfiles") && <TwoWays {...props} label="Files that begin with a dot" of="dotfiles" no="Left out" yes="Served" hint="/.well-known is always served; .git…, .env…, .netrc, .npmrc and .htpasswd never are." />}
      {canSet(traits, "cacheRules") && (
        <TextArea
          label="How long files are kept"
          optional
          rows={3}
          placeholder={"/assets/* public, max-age=31536000, immutable\n*.pdf max-age=3600"}
          {...field("cacheRules")}
          hint="One a line: which files, then the value of Cache-Control; the first that fits. Without one, files with a digest in their name are kept for a year and all others are asked for anew."
        />
      )}
    </>
  );
}
