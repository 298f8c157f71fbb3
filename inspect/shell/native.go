package shell

import (
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// NativeTree is the tree of an image with its stable paths, and below /image that of Kafka's shell of a release.
func NativeTree(img *image.Image, r release.Release) *image.Node {
	root := img.Root()
	return image.Dir(func() []string { return append(root.Names(), "image") }, func(name string) *image.Node {
		if name == "image" {
			return ImageTree(img, max(r, release.V3_5))
		}
		return root.Child(name)
	})
}
