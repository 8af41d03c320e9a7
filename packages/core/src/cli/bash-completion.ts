/**
 * The completion script for bash. Of our own, because the library's runs `eval` on the words typed so
 * far: pressing Tab then carries out their redirections and command substitutions.
 */
export function bashCompletion(program: string): string {
  const name = program.replaceAll("-", "_");
  return `# bash completion for ${program}; load it with: source <(${program} complete bash)
_${name}_complete() {
  local candidate current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    [[ $candidate == :* || $candidate != "$current"* ]] || COMPREPLY+=("$candidate")
  done < <(${program} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _${name}_complete ${program}
`;
}
