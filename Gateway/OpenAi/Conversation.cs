using System.Globalization;

namespace Loupe.Gateway.OpenAi;

/// <summary>Finds the one picture and the one question of a conversation.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Text">The last text of the user, its tags replaced by <c>[k]</c>; empty where there is none.</param>
/// <param name="Regions">The regions that the text names.</param>
/// <param name="NotRead">Messages that had no part in it.</param>
internal sealed record Conversation(ReadOnlyMemory<byte> Image, string Text, IReadOnlyList<Region> Regions, int NotRead)
{
    private const string User = "user";

    private static readonly string[] Roles = [User, "assistant", "system", "developer", "tool", "function"];

    /// <summary>Reads the messages of a chat.</summary>
    /// <param name="messages">The messages, oldest first.</param>
    /// <param name="beside">Regions given beside the messages; null where there are none.</param>
    public static Conversation Read(IReadOnlyList<ChatMessage>? messages, IReadOnlyList<Region>? beside)
    {
        if (messages is not { Count: > 0 })
        {
            throw LocalizerException.Invalid("messages", "is required: at least one message of the user, with a picture.");
        }

        for (var i = 0; i < messages.Count; i++)
        {
            Check(messages[i], At(i));
        }

        var (image, shownBy) = FindImage(messages);
        var asking = LastText(messages, messages.Count);
        if (asking < 0)
        {
            return new(image, "", beside ?? [], messages.Count - 1);
        }

        var (text, regions) = ReadTags(messages[asking], asking);
        var read = new HashSet<int> { shownBy, asking };
        if (beside is not null)
        {
            return regions.Count == 0
                ? new(image, text, beside, messages.Count - read.Count)
                : throw LocalizerException.Invalid(
                    "regions", "are given beside the messages and as tags in the text; give them in one way.");
        }

        // In a conversation one goes on speaking of what one pointed at before.
        for (var earlier = asking; regions.Count == 0 && RegionTags.Names(text) && (earlier = LastText(messages, earlier)) >= 0;)
        {
            regions = ReadTags(messages[earlier], earlier).Regions;
            if (regions.Count > 0)
            {
                read.Add(earlier);
            }
        }

        return new(image, text, regions, messages.Count - read.Count);
    }

    private static void Check(ChatMessage? message, string at)
    {
        if (message?.Role is null || !Roles.Contains(message.Role))
        {
            throw LocalizerException.Invalid($"{at}.role", $"is one of {string.Join(", ", Roles)}.");
        }

        if (message.Role != User)
        {
            return;
        }

        if (message.Content is null)
        {
            throw LocalizerException.Invalid($"{at}.content", "is required: a text, or parts of type text and image_url.");
        }

        for (var k = 0; k < message.Content.Parts.Count; k++)
        {
            var part = message.Content.Parts[k];
            switch (part.Type)
            {
                case ContentPart.TextType when part.Text is not null:
                case ContentPart.ImageType when part.ImageUrl?.Url is not null:
                    break;
                case ContentPart.TextType:
                    throw LocalizerException.Invalid($"{at}.content[{k}].text", "is required.");
                case ContentPart.ImageType:
                    throw LocalizerException.Invalid(
                        $"{at}.content[{k}].image_url", "is required: {\"url\": \"data:image/png;base64,…\"}.");
                default:
                    throw LocalizerException.Invalid($"{at}.content[{k}].type", "is text or image_url.");
            }
        }
    }

    private static (ReadOnlyMemory<byte> Image, int Message) FindImage(IReadOnlyList<ChatMessage> messages)
    {
        (ReadOnlyMemory<byte> Image, int Message)? found = null;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != User)
            {
                continue;
            }

            var parts = messages[i].Content!.Parts;
            for (var k = 0; k < parts.Count; k++)
            {
                if (parts[k].Type != ContentPart.ImageType)
                {
                    continue;
                }

                var bytes = parts[k].ImageUrl!.Url!.Bytes;
                if (found is { } first && !first.Image.Span.SequenceEqual(bytes.Span))
                {
                    throw LocalizerException.Invalid(
                        $"{At(i)}.content[{k}]", "is a second picture; a chat is about one. Ask about each picture in a chat of its own.");
                }

                // The later message is told as the one that showed it; a client that sends its history repeats the picture.
                found = (bytes, i);
            }
        }

        return found ?? throw LocalizerException.Invalid(
            "messages",
            "has no picture: add a part {\"type\": \"image_url\", \"image_url\": {\"url\": \"data:image/png;base64,…\"}} to a message of "
                + "the user.");
    }

    private static int LastText(IReadOnlyList<ChatMessage> messages, int before)
    {
        for (var i = before - 1; i >= 0; i--)
        {
            if (messages[i].Role == User && TextOf(messages[i]).Length > 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static (string Text, IReadOnlyList<Region> Regions) ReadTags(ChatMessage message, int index)
    {
        try
        {
            return RegionTags.Read(TextOf(message));
        }
        catch (FormatException exception)
        {
            throw LocalizerException.Invalid($"{At(index)}.content", exception.Message);
        }
    }

    private static string TextOf(ChatMessage message) =>
        string.Join(' ', message.Content!.Parts.Where(part => part.Type == ContentPart.TextType).Select(part => part.Text)).Trim();

    private static string At(int message) => string.Create(CultureInfo.InvariantCulture, $"messages[{message}]");
}
