// Names of the files a workflow writes, from what its author wrote: never outside the output folder, safe on every
// system. Touches no files.
#pragma once
#include "inference/formats/infotext.h"

#include <string>
#include <string_view>

namespace athanor {

constexpr size_t maxNameBytes = 200; // of one part of a path
constexpr char counterMark = '\x01'; // stands in an expanded name where its number goes

// What is left of a text that came from elsewhere and shall stand in a name: nothing that parts folders or means more
// than itself; at most 80 bytes.
std::string harmlessNamePart(std::string_view text);

// Why a name pattern is refused, as a sentence; empty: it is not. It must be a plain name as of fileNameProblem, in
// UTF-8, without <>"|?*; a part of dots alone is another name's place, not a problem.
std::string namePatternProblem(std::string_view pattern);

// The pattern with its tokens replaced: [seed], [model], [sampler], [steps], [cfg], [width], [height], [prompt] of the
// picture, [date] and [time] as they are now in local time; %seed% means the same. As ComfyUI has them: %year%,
// %month%, %day%, %hour%, %minute%, %second%, and %date:FORMAT%, in which d, M, h, m and s, one or two of them, and yy
// and yyyy are numbers and all else stands for itself, "/" as a folder. [counter] in the last part becomes counterMark,
// for who knows which numbers are taken. What a token stands for loses what is not safe; an unknown token stays. Every
// part has 1 … maxNameBytes − reserve bytes of UTF-8, with a number of seven digits for each counterMark.
// namePatternProblem has said nothing.
std::string expandedName(std::string_view pattern, const Infotext& info, size_t reserve);

// The folders that such a name begins with whatever its tokens stand for, each with a slash: "a/b/" of "a/b/[seed]/c".
std::string fixedFolders(std::string_view pattern);

// The number with leading zeros, as it stands in place of counterMark: "00012".
std::string counterText(int number);

}
