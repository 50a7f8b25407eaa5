// Names of the files a workflow writes, from what its author wrote: never outside the output folder, safe on every
// system. Touches no files.
#pragma once
#include "inference/pipeline/infotext.h"

#include <string>
#include <string_view>

namespace athanor {

constexpr size_t maxNameBytes = 200; // of one part of a path
constexpr char counterMark = '\x01'; // stands in an expanded name where its number goes

// Why a name pattern is refused, as a sentence; empty: it is not. It must be a plain name as of fileNameProblem, in
// UTF-8, without <>"|?*; a part of dots alone is another name's place, not a problem.
std::string namePatternProblem(std::string_view pattern);

// The pattern with its tokens replaced: [seed], [model], [sampler], [steps], [cfg], [width], [height], [prompt] of the
// picture, [date] and [time] as they are now in local time; %seed% means the same. [counter] in the last part becomes
// counterMark, for who knows which numbers are taken. What a token stands for loses what is not safe; an unknown token
// stays. Every part has 1 … maxNameBytes − reserve bytes of UTF-8. namePatternProblem has said nothing.
std::string expandedName(std::string_view pattern, const Infotext& info, size_t reserve);

// The number with leading zeros, as it stands in place of counterMark: "00012".
std::string counterText(int number);

}
