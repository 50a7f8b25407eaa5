#include "inference/formats/prompt_marks.h"

#include "inference/text/later_syntax.h"

#include <algorithm>
#include <string>
#include <vector>

namespace athanor {

namespace {

// What is left out stands as blanks, so that all places stay what they are.
std::string withBlanks(std::string_view utf8, const std::vector<LaterPart>& tags)
{
    std::string text(utf8);
    for (const LaterPart& tag : tags)
        std::fill_n(text.begin() + ptrdiff_t(tag.at), tag.length, ' ');
    return text;
}

}

LexedPrompt markPrompt(std::string_view utf8)
{
    const std::vector<LaterPart> tags = findTags(utf8);
    const std::string text = withBlanks(utf8, tags);
    LexedPrompt lexed = lexPrompt(text);
    for (const std::vector<LaterPart>& parts : {tags, findLaterSyntax(text, lexed)})
        for (const LaterPart& part : parts)
            lexed.faults.push_back({PromptFault::Kind::NotYet, part.at, part.length, laterSentence(part.kind)});
    return lexed;
}

}
